import type { ServerRow } from '../db/server-row.js';
import type { Log } from '../log.js';
import { publicPathOf } from './public-path.js';
import type { RevokedSessions } from './revoked-sessions.js';
import { closeTunnel, tunnelNameOf, type WayEnds } from './steps/open-way.js';

/** What a reconciliation found and mended. */
export interface WayReconciliation {
  /** Ready servers whose tunnel or route was missing, or whose route was that of an earlier server. */
  readonly missing: readonly string[];
  /** Ready servers whose way is there, with a gate that does not know of each session that was ended. */
  readonly outdated: readonly string[];
  /** Tunnels and routes that belong to no living server; they were closed. */
  readonly strays: readonly string[];
}

/**
 * Compares the living servers with the tunnels and routes there are. What is there and should not be is closed; what is
 * missing is named, for its follower to open again; so is a route whose gate knows nothing of a session that was ended:
 * the proxy kept it from the time before it was away.
 *
 * @throws a transient error when the connector or the proxy does not answer; nothing has been decided then
 */
export async function reconcileWays(
  { ends, revoked }: { ends: WayEnds; revoked: Pick<RevokedSessions, 'of'> },
  listServers: () => Promise<readonly ServerRow[]>,
  log: Log,
): Promise<WayReconciliation> {
  // The servers last: a way that was opened after the first question must not look like a stray.
  const [tunnels, routes] = await Promise.all([ends.connector.listTunnels(), ends.proxy.listRoutes()]);
  const servers = await listServers();
  const tunnelNames = new Set(tunnels.map((tunnel) => tunnel.name));
  const serverRoutes = new Map(
    Object.entries(routes)
      .map(([path, route]) => [withSlash(path), route] as const)
      .filter(([path]) => path.startsWith('/user/')),
  );

  const living = new Map(servers.map((server) => [tunnelNameOf(server.id), server]));
  const livingPaths = new Set(servers.map(publicPathOf));
  const strayTunnels = [...tunnelNames].filter((name) => !living.has(name));
  const strayRoutes = [...serverRoutes.keys()].filter((path) => !livingPaths.has(path));
  for (const path of strayRoutes) {
    await ends.proxy.deleteRoute(path);
  }
  for (const name of strayTunnels) {
    await closeTunnel(ends.connector, name);
  }
  const strays = [...strayRoutes, ...strayTunnels];
  if (strays.length > 0) {
    log.info({ strays }, 'closed tunnels and routes that belonged to no server');
  }
  const ready = servers.filter((server) => server.state === 'ready');
  const gateOf = (server: ServerRow) => serverRoutes.get(publicPathOf(server))?.juhub?.gate;
  const isThere = (server: ServerRow) =>
    tunnelNames.has(tunnelNameOf(server.id)) && gateOf(server)?.server === server.id;
  const knowsAll = (server: ServerRow) =>
    revoked.of(server.userName).every((session) => gateOf(server)?.revokedSessions?.includes(session));
  return {
    missing: ready.filter((server) => !isThere(server)).map(({ id }) => id),
    outdated: ready.filter((server) => isThere(server) && !knowsAll(server)).map(({ id }) => id),
    strays,
  };
}

function withSlash(path: string): string {
  return path.endsWith('/') ? path : `${path}/`;
}

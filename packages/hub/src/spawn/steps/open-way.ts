import { type ConnectorClient, ConnectorError } from '@juhub/connector';
import type { ProxyClient } from '@juhub/proxy';
import type { ServerRow } from '../../db/server-row.js';
import { doStep } from '../../fault-point.js';
import type { Endpoint } from '../endpoint.js';
import { progressPathOf, publicPathOf } from '../public-path.js';
import type { RevokedSessions } from '../revoked-sessions.js';
import { askServer } from './ask-server.js';

/** Below the server's public path: Jupyter answers here only to those who know its secret. */
const READY_PATH = 'api/status';

/** The two ends of a server's way to its user's browser. */
export interface WayEnds {
  readonly connector: ConnectorClient;
  readonly proxy: ProxyClient;
}

/** The name of a server's tunnel. */
export function tunnelNameOf(serverId: string): string {
  return serverId;
}

/**
 * Opens the way from the public path to the server: tunnel, a first request through it with the server's secret, and
 * only then the route; a route is never public before its server has answered. Safe to repeat.
 *
 * @throws a transient error when the connector, the server or the proxy does not answer
 */
export async function openWay(
  { ends, revoked }: { ends: WayEnds; revoked: RevokedSessions },
  row: ServerRow,
  endpoint: Endpoint,
): Promise<void> {
  const tunnel = await doStep('open-tunnel', () =>
    ends.connector.openTunnel({
      name: tunnelNameOf(row.id),
      site: row.site,
      account: row.account,
      host: endpoint.host,
      port: endpoint.port,
    }),
  );
  // The endpoint was announced by a user's job: only a server that accepts the secret is the one that was started.
  const { status } = await askServer(tunnel.socketPath, row, READY_PATH).catch(async (error: Error) => {
    throw await explainSilence(ends.connector, row, { endpoint, error });
  });
  if (status !== 200) {
    throw new WayError(`What answers at the announced port is not this server (it answered ${status}).`);
  }
  const target = `unix+http://${encodeURIComponent(tunnel.socketPath)}`;
  await doStep('add-route', () => ends.proxy.addRoute(publicPathOf(row), describeRoute(row, { target, revoked })));
}

/**
 * Tells the gate of a way that is open which sessions were ended. The server is not asked for that: it runs strangers'
 * code, and one that kept still could otherwise keep an ended session alive. Does nothing where the way is not open.
 */
export async function renewGate(
  { ends, revoked }: { ends: WayEnds; revoked: RevokedSessions },
  row: ServerRow,
): Promise<void> {
  const path = publicPathOf(row);
  const route = await ends.proxy.getRoute(path);
  if (route?.juhub.gate?.server === row.id) {
    await ends.proxy.addRoute(path, describeRoute(row, { target: route.target, revoked }));
  }
}

function describeRoute(row: ServerRow, { target, revoked }: { target: string; revoked: RevokedSessions }) {
  return {
    target,
    server: row.id,
    juhub: {
      gate: { server: row.id, user: row.userName, revokedSessions: [...revoked.of(row.userName)] },
      page: progressPathOf(row.name),
      requestHeaders: { Authorization: `token ${row.secret ?? ''}` },
    },
  };
}

/** Closes the way; what is closed already is no error. */
export async function closeWay(ends: WayEnds, row: Pick<ServerRow, 'id' | 'userName' | 'name'>): Promise<void> {
  await ends.proxy.deleteRoute(publicPathOf(row));
  await closeTunnel(ends.connector, tunnelNameOf(row.id));
}

/** Closes a tunnel; one that is closed already is no error. */
export async function closeTunnel(connector: ConnectorClient, name: string): Promise<void> {
  try {
    await connector.closeTunnel(name);
  } catch (error) {
    if (!(error instanceof ConnectorError && error.code === 'unknown-tunnel')) {
      throw error;
    }
  }
}

/** Nothing came through the tunnel: the connector knows whether that is the site's fault or the server's, and why. */
async function explainSilence(
  connector: ConnectorClient,
  { id }: ServerRow,
  { endpoint: { host, port }, error }: { endpoint: Endpoint; error: Error },
): Promise<Error> {
  const { state, lastError } = await connector.readTunnel(tunnelNameOf(id));
  const why = lastError ?? error.message;
  return state === 'waiting'
    ? new ConnectorError('unreachable', why, { cause: error })
    : new WayError(`The server runs on ${host}, and nothing gets through to its port ${port}: ${why}`, {
        cause: error,
      });
}

/** The way to a running server could not be opened yet. */
export class WayError extends Error {
  readonly code = 'way';
  readonly transient = true;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'WayError';
  }
}

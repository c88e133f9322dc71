import type { KeyObject } from 'node:crypto';
import type { Server } from 'node:http';
import { createAdminServer } from './admin/admin-api.js';
import { Gate } from './gate/gate.js';
import { readGateKey } from './gate/gate-token.js';
import { type BoundAddress, type ListenAddress, listen } from './listen.js';
import { OpenConnections } from './open-connections.js';
import type { ProxyLogger } from './proxy-logger.js';
import { createPublicServer } from './public/public-server.js';
import { Routes } from './routes/routes.js';
import { defaultTimeouts, type ProxyTimeouts } from './timeouts.js';
import { HttpUpstream } from './upstream/http-upstream.js';

/** How a proxy is set up. */
export interface ProxyOptions {
  listen: ListenAddress;
  admin: { socketPath: string } | { host: string; port: number };
  /** For `Authorization: token …` on the admin API; not empty. */
  adminToken: string;
  /** The address that browsers use; its origin is what requests to gated servers are checked against. */
  publicUrl: string;
  /** Without it no route can be gated. `publicKey` is the public half of an Ed25519 key, in PEM or as an object. */
  gate?: { publicKey: KeyObject | string; signInPath: string };
  /** Where whatever has no route of its own goes: a route at `/`. */
  defaultTarget?: string;
  log: ProxyLogger;
  timeouts?: Partial<ProxyTimeouts>;
}

/** A proxy that runs. */
export interface RunningProxy {
  /** Where the world reaches it. */
  readonly address: BoundAddress;
  readonly adminAddress: BoundAddress;
  /**
   * Stops listening, ends idle connections, gives running ones `drainMs`, then ends them too. Routes are forgotten.
   * Calling it again waits for the same end.
   */
  close(): Promise<void>;
}

/**
 * Starts a proxy: the public face and the admin API. Rejects when a setting is wrong (`TypeError`, `ProxyError`) or an
 * address cannot be had (Node's error); then nothing is left running.
 */
export async function startProxy(options: ProxyOptions): Promise<RunningProxy> {
  const { log, gate: gateOptions } = options;
  if (options.adminToken === '') throw new TypeError('The admin API needs a token.');
  const publicUrl = new URL(options.publicUrl);
  const timeouts = { ...defaultTimeouts, ...options.timeouts };
  const gate =
    gateOptions && new Gate({ publicKey: readGateKey(gateOptions.publicKey), publicOrigin: publicUrl.origin });
  const routes = new Routes({
    createUpstream: (target) => new HttpUpstream(target, timeouts),
    hasGate: gate !== undefined,
  });
  if (options.defaultTarget !== undefined) routes.put('/', { target: options.defaultTarget });
  const signInPath = gateOptions?.signInPath;
  const { server: publicServer, connections } = createPublicServer({
    routes,
    gate,
    signInPath,
    publicUrl,
    timeouts,
    log,
  });
  const adminServer = createAdminServer({ routes, token: options.adminToken, log });
  const adminConnections = new OpenConnections(adminServer);
  const adminAddress = await listen(adminServer, options.admin);
  const address = await listen(publicServer, options.listen).catch((error: unknown) => {
    adminServer.close();
    throw error;
  });
  log.info({ address, adminAddress }, 'The proxy is listening');
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= closeAll([publicServer, adminServer], [connections, adminConnections], routes, timeouts.drainMs);
    return closing;
  };
  return { address, adminAddress, close };
}

const idleCheckMs = 50;

async function closeAll(
  servers: readonly Server[],
  connections: readonly OpenConnections[],
  routes: Routes,
  drainMs: number,
): Promise<void> {
  const closed = Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  const closeIdle = (): void => {
    for (const each of connections) each.closeIdle();
  };
  closeIdle();
  const sweep = setInterval(closeIdle, idleCheckMs);
  const deadline = setTimeout(() => {
    routes.close();
    for (const each of connections) each.closeAll();
  }, drainMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(deadline);
  routes.close();
}

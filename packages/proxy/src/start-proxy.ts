import type { KeyObject } from 'node:crypto';
import type { Server } from 'node:http';
import { createAdminServer } from './admin/admin-api.js';
import { Gate } from './gate/gate.js';
import { readGateKey } from './gate/gate-token.js';
import { TrustedProxies } from './headers/client-address.js';
import { ForwardingHeaders } from './headers/write-request-head.js';
import { type BoundAddress, type ListenAddress, listen } from './listen.js';
import { OpenConnections } from './open-connections.js';
import type { ProxyLogger } from './proxy-logger.js';
import { createPublicServer } from './public/public-server.js';
import { Routes } from './routes/routes.js';
import { defaultTimeouts, type ProxyTimeouts } from './timeouts.js';
import { HttpUpstream } from './upstream/http-upstream.js';
import { Sweeper } from './upstream/sweeper.js';

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
  /**
   * Addresses, networks (`10.0.0.0/8`) and `unix`: proxies in front of this one, whose X-Forwarded-For is believed. All
   * others' is thrown away.
   */
  trustedProxies?: readonly string[];
  log: ProxyLogger;
  timeouts?: Partial<ProxyTimeouts>;
}

/** How much a proxy carries. */
export interface ProxyLoad {
  /** The one of `defaultTarget` counts. */
  routes: number;
  /** Requests that are being answered, and open WebSockets. */
  exchanges: number;
}

/** A proxy that runs. */
export interface RunningProxy {
  /** Where the world reaches it. */
  readonly address: BoundAddress;
  readonly adminAddress: BoundAddress;
  /** What it carries just now. */
  load(): ProxyLoad;
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
  const trustedProxies = new TrustedProxies(options.trustedProxies);
  const forwarding = new ForwardingHeaders(publicUrl);
  const sweeper = new Sweeper(readSweepMs(timeouts));
  const routes = new Routes({
    createUpstream: (target) => new HttpUpstream(target, { ...timeouts, sweeper }),
    hasGate: gate !== undefined,
  });
  if (options.defaultTarget !== undefined) routes.put('/', { target: options.defaultTarget });
  const signInPath = gateOptions?.signInPath;
  const { server: publicServer, connections } = createPublicServer({
    routes,
    gate,
    signInPath,
    trustedProxies,
    forwarding,
    timeouts,
    log,
  });
  const adminServer = createAdminServer({ routes, token: options.adminToken, log });
  const adminConnections = new OpenConnections(adminServer);
  const adminAddress = await listen(adminServer, options.admin).catch((error: unknown) => {
    sweeper.close();
    throw error;
  });
  const address = await listen(publicServer, options.listen).catch((error: unknown) => {
    adminServer.close();
    sweeper.close();
    throw error;
  });
  log.info({ address, adminAddress }, 'The proxy is listening');
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= closeAll([publicServer, adminServer], [connections, adminConnections], routes, timeouts.drainMs).then(
      () => sweeper.close(),
    );
    return closing;
  };
  return { address, adminAddress, load: () => readLoad(routes), close };
}

function readLoad(routes: Routes): ProxyLoad {
  const all = routes.list();
  return { routes: all.length, exchanges: all.reduce((sum, route) => sum + route.openCount, 0) };
}

/** Fine enough for the shortest of the times that are swept for. */
function readSweepMs({ idleMs, answerMs }: ProxyTimeouts): number {
  return Math.max(20, Math.min(1000, idleMs / 4, answerMs === 0 ? 1000 : answerMs / 4));
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

import type { KeyObject } from 'node:crypto';
import type { Server } from 'node:net';
import { type TlsOptions, Server as TlsServer } from 'node:tls';
import { AccessLog } from './access/access-log.js';
import { LineFile } from './access/line-file.js';
import { createAdminServer } from './admin/admin-api.js';
import { plainRewriting, type Rewriting } from './forward/rewriting.js';
import { Gate } from './gate/gate.js';
import { readGateKey } from './gate/gate-token.js';
import { TrustedProxies } from './headers/client-address.js';
import {
  type ForwardingHeaders,
  PublicForwarding,
  RequestForwarding,
  SilentForwarding,
} from './headers/forwarding-headers.js';
import { RouteJournal } from './kept/route-journal.js';
import { defaultLimits, type ProxyLimits } from './limits.js';
import { type BoundAddress, type ListenAddress, listen } from './listen.js';
import { createMetricsServer } from './metrics/metrics-server.js';
import { ProxyMetrics } from './metrics/proxy-metrics.js';
import { OpenConnections } from './open-connections.js';
import type { ProxyLogger } from './proxy-logger.js';
import { ConnectionLimits } from './public/connection-limits.js';
import { createPublicServer } from './public/public-server.js';
import { createRedirectServer, type RedirectGoal } from './public/redirect-server.js';
import type { ErrorPages } from './reply/error-pages.js';
import { Routes } from './routes/routes.js';
import type { Target } from './routes/target.js';
import { defaultTimeouts, type ProxyTimeouts } from './timeouts.js';
import { HttpUpstream, type HttpUpstreamOptions } from './upstream/http-upstream.js';
import { Sweeper } from './upstream/sweeper.js';
import type { TargetTls } from './upstream/target-tls.js';

/** How a proxy is set up. */
export interface ProxyOptions {
  listen: ListenAddress;
  admin: { socketPath: string } | { host: string; port: number };
  /** For `Authorization: token …` on the admin API; not empty. */
  adminToken: string;
  /**
   * The address that browsers use; its origin is what requests to gated servers are checked against. Without it (and
   * without a gate) targets are told the address that each request asked for.
   */
  publicUrl?: string;
  /** Certificate and key of the public side, which then speaks HTTPS, and of the admin API. */
  tls?: TlsOptions | undefined;
  adminTls?: TlsOptions | undefined;
  /** Whether clients of the public side may choose HTTP/2, over TLS; they may unless this is false. */
  http2?: boolean;
  /** What targets of https are shown, and whose word about them is believed. */
  targetTls?: TargetTls | undefined;
  /** Whether the first level of each route is a host name. */
  hostRouting?: boolean;
  rewriting?: Partial<Rewriting>;
  /** Whether targets are told where a request came from (X-Forwarded-*); they are unless this is false. */
  forwardedHeaders?: boolean;
  /** Headers for every request to every target; a route's own of the same name go before. */
  commonHeaders?: Readonly<Record<string, string>>;
  /** Pages for 404, 500, 502 and 503 instead of the proxy's own. */
  errorPages?: ErrorPages | undefined;
  /** Where Prometheus finds its counts. */
  metrics?: ListenAddress | undefined;
  /** Where http is answered with a redirect to https. */
  redirect?: ({ listen: ListenAddress } & RedirectGoal) | undefined;
  /** Without it no route can be gated. `publicKey` is the public half of an Ed25519 key, in PEM or as an object. */
  gate?: { publicKey: KeyObject | string; signInPath: string } | undefined;
  /** Where whatever has no route of its own goes: a route at `/`. */
  defaultTarget?: string;
  /**
   * Keeps the routes across a restart, with their secrets (0600). They are read before the proxy listens. Without it
   * they are in memory alone.
   */
  routesFile?: string | undefined;
  /**
   * Addresses, networks (`10.0.0.0/8`) and `unix`: proxies in front of this one, whose X-Forwarded-For is believed. All
   * others' is thrown away.
   */
  trustedProxies?: readonly string[];
  /** A line of JSON for each request, in this file (`-`: standard output); see `AccessLog`. */
  accessLog?: string | undefined;
  log: ProxyLogger;
  timeouts?: Partial<ProxyTimeouts>;
  limits?: Partial<ProxyLimits>;
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
  readonly metricsAddress: BoundAddress | undefined;
  readonly redirectAddress: BoundAddress | undefined;
  /** What it carries just now. */
  load(): ProxyLoad;
  /**
   * From now on new connections get these certificates; open ones stay. Sides that do not speak TLS are left alone.
   * Throws Node's error for a certificate that cannot be read; then the old one stays.
   */
  renewCertificates(renewed: Pick<ProxyOptions, 'tls' | 'adminTls'>): void;
  /** Opens the access log anew by its name, after it was moved away. */
  reopenLogs(): void;
  /**
   * Stops listening, ends idle connections, gives running ones `drainMs`, then ends them too. Routes are forgotten, but
   * for what `routesFile` keeps of them. Calling it again waits for the same end.
   */
  close(): Promise<void>;
}

/**
 * Starts a proxy: the public face and the admin API. Rejects when a setting is wrong (`TypeError`, `ProxyError`) or an
 * address cannot be had (Node's error); then nothing is left running.
 */
export async function startProxy(options: ProxyOptions): Promise<RunningProxy> {
  if (options.adminToken === '') throw new TypeError('The admin API needs a token.');
  const accessFile = options.accessLog === undefined ? undefined : await openAccessFile(options.accessLog, options.log);
  const parts = createParts(options, accessFile && new AccessLog(accessFile));
  const { timeouts, sweeper, routes, journal, servers, publicServer, adminServer } = parts;
  let addresses: (BoundAddress | undefined)[];
  try {
    await journal?.read();
    addresses = await listenAll(servers);
  } catch (error) {
    sweeper.close();
    await accessFile?.close();
    throw error;
  }
  const [adminAddress, metricsAddress, redirectAddress, address] = addresses;
  if (address === undefined || adminAddress === undefined) throw new TypeError('The proxy has no address.');
  options.log.info({ address, adminAddress, metricsAddress, redirectAddress }, 'The proxy is listening');
  journal?.open();
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= closeAll(servers, routes, timeouts.drainMs).then(async () => {
      sweeper.close();
      await journal?.close();
      await accessFile?.close();
    });
    return closing;
  };
  const renewCertificates: RunningProxy['renewCertificates'] = ({ tls, adminTls }) => {
    renewCertificate(publicServer, tls);
    renewCertificate(adminServer, adminTls);
  };
  const load = (): ProxyLoad => readLoad(routes);
  const reopenLogs = (): void => accessFile?.reopen();
  return { address, adminAddress, metricsAddress, redirectAddress, load, renewCertificates, reopenLogs, close };
}

function openAccessFile(file: string, log: ProxyLogger): Promise<LineFile> {
  return LineFile.open(file, log).catch((cause: Error) => {
    throw new Error(`The access log cannot be opened: ${cause.message}`, { cause });
  });
}

function readLoad(routes: Routes): ProxyLoad {
  const all = routes.list();
  return { routes: all.length, exchanges: all.reduce((sum, route) => sum + route.openCount, 0) };
}

/** A web server in front has an account of its own. */
const ownerAndGroup = 0o660;

interface OwnServer {
  server: Server;
  connections: OpenConnections;
  /** Nothing where it was not asked for. */
  where: ListenAddress | undefined;
  /** The most that a unix socket there may allow; the owner alone if it is not set. */
  mostMode?: number;
}

function createParts(options: ProxyOptions, accessLog: AccessLog | undefined) {
  const { log, metrics: metricsWhere, redirect } = options;
  const timeouts = { ...defaultTimeouts, ...options.timeouts };
  const gate = createGate(options);
  const trustedProxies = new TrustedProxies(options.trustedProxies);
  const sweeper = new Sweeper(readSweepMs(timeouts));
  const metrics = new ProxyMetrics();
  const routes = createRoutes(options, { ...timeouts, sweeper, tls: options.targetTls }, gate !== undefined);
  const journal = options.routesFile === undefined ? undefined : new RouteJournal(options.routesFile, routes, log);
  const limits = { ...defaultLimits, ...options.limits };
  const connectionLimits = new ConnectionLimits({ limits, trustedProxies, metrics, log });
  const publicSide = createPublicServer({
    ...{ routes, gate, trustedProxies, timeouts, log, metrics, tls: options.tls, errorPages: options.errorPages },
    ...{ sweeper, accessLog, http2: options.http2 ?? true, limits, connectionLimits },
    signInPath: options.gate?.signInPath,
    forwarding: createForwarding(options, trustedProxies),
    rewriting: { ...plainRewriting, ...options.rewriting },
  });
  const { adminToken: token, adminTls: tls } = options;
  const adminServer = createAdminServer({ routes, journal, token, tls, metrics, log });
  const servers: OwnServer[] = [
    own(adminServer, options.admin),
    own(createMetricsServer(metrics, routes, log), metricsWhere),
    own(createRedirectServer(redirect ?? { httpsPort: 443 }, { timeouts, connectionLimits }), redirect?.listen),
    { ...publicSide, where: options.listen, mostMode: ownerAndGroup },
  ];
  return { timeouts, sweeper, routes, journal, servers, adminServer, publicServer: publicSide.server };
}

function renewCertificate(server: Server, tls: TlsOptions | undefined): void {
  if (server instanceof TlsServer && tls !== undefined) server.setSecureContext(tls);
}

function own(server: Server, where: ListenAddress | undefined): OwnServer {
  return { server, where, connections: new OpenConnections(server) };
}

function createGate({ gate, publicUrl }: ProxyOptions): Gate | undefined {
  if (gate === undefined) return undefined;
  if (publicUrl === undefined) throw new TypeError('A gate needs the public address, to check Origin against.');
  return new Gate({ publicKey: readGateKey(gate.publicKey), publicOrigin: new URL(publicUrl).origin });
}

function createRoutes(options: ProxyOptions, upstream: HttpUpstreamOptions, hasGate: boolean): Routes {
  const { hostRouting = false, commonHeaders = {}, defaultTarget } = options;
  const createUpstream = (target: Target): HttpUpstream => new HttpUpstream(target, upstream);
  const routes = new Routes({ createUpstream, hasGate, hostRouting, commonHeaders });
  if (defaultTarget !== undefined) routes.putDefault(defaultTarget);
  return routes;
}

function createForwarding(
  { publicUrl, forwardedHeaders = true, log }: ProxyOptions,
  trusted: TrustedProxies,
): ForwardingHeaders {
  if (!forwardedHeaders) return new SilentForwarding(trusted);
  return publicUrl === undefined ? new RequestForwarding(trusted, log) : new PublicForwarding(new URL(publicUrl));
}

/** All or none: what listens already is closed again when a later one cannot. */
async function listenAll(servers: readonly OwnServer[]): Promise<(BoundAddress | undefined)[]> {
  const addresses: (BoundAddress | undefined)[] = [];
  try {
    for (const { server, where, mostMode } of servers) {
      addresses.push(where && (await listen(server, where, mostMode)));
    }
  } catch (error) {
    for (const { server } of servers) server.close();
    throw error;
  }
  return addresses;
}

/** Fine enough for the shortest of the times that are swept for. */
function readSweepMs({ headersMs, idleMs, answerMs, bodyMs }: ProxyTimeouts): number {
  const times = [headersMs, idleMs, answerMs, bodyMs / 4].filter((ms) => ms > 0);
  return Math.max(20, Math.min(1000, ...times.map((ms) => ms / 4)));
}

const idleCheckMs = 50;

async function closeAll(servers: readonly OwnServer[], routes: Routes, drainMs: number): Promise<void> {
  const closed = Promise.all(servers.map(({ server }) => new Promise((resolve) => server.close(resolve))));
  const closeIdle = (): void => {
    for (const { connections } of servers) connections.closeIdle();
  };
  closeIdle();
  const sweep = setInterval(closeIdle, idleCheckMs);
  const deadline = setTimeout(() => {
    routes.close();
    for (const { connections } of servers) connections.closeAll();
  }, drainMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(deadline);
  routes.close();
}

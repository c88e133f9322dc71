import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TlsOptions } from 'node:tls';
import type { AccessLog } from '../access/access-log.js';
import { admit, checkRequestHead, checkUpgrade } from '../forward/admission.js';
import { forwardHttp } from '../forward/forward-http.js';
import { forwardWebSocket } from '../forward/forward-websocket.js';
import type { Rewriting } from '../forward/rewriting.js';
import { UpgradeRequest } from '../forward/upgrade-request.js';
import type { Gate } from '../gate/gate.js';
import type { TrustedProxies } from '../headers/client-address.js';
import type { ForwardingHeaders } from '../headers/forwarding-headers.js';
import { hasBody, type RequestHead, readRequestHead } from '../headers/request-head.js';
import type { ProxyLimits } from '../limits.js';
import type { ProxyMetrics } from '../metrics/proxy-metrics.js';
import { OpenConnections } from '../open-connections.js';
import { ProxyError } from '../proxy-error.js';
import type { ProxyLogger } from '../proxy-logger.js';
import type { ErrorPages } from '../reply/error-pages.js';
import { isNavigation } from '../reply/is-navigation.js';
import { replyJson, replyRedirect } from '../reply/reply.js';
import { replyWithPage } from '../reply/reply-with-page.js';
import { readRequestPath } from '../routes/request-path.js';
import type { Routes } from '../routes/routes.js';
import type { ProxyTimeouts } from '../timeouts.js';
import type { Sweeper } from '../upstream/sweeper.js';
import { answerParseError } from './answer-parse-error.js';
import { BodyWatch } from './body-watch.js';
import { ConnectionLimits } from './connection-limits.js';

/** What the public face is made of. */
export interface PublicServerOptions {
  routes: Routes;
  gate: Gate | undefined;
  /** Where browsers without a gate token are sent, with `?next=<path and query>`. */
  signInPath: string | undefined;
  trustedProxies: TrustedProxies;
  forwarding: ForwardingHeaders;
  rewriting: Rewriting;
  metrics: ProxyMetrics;
  errorPages: ErrorPages | undefined;
  /** With it the server speaks HTTPS. */
  tls: TlsOptions | undefined;
  timeouts: ProxyTimeouts;
  limits: ProxyLimits;
  sweeper: Sweeper;
  accessLog: AccessLog | undefined;
  log: ProxyLogger;
}

const healthPath = '/_chp_healthz';
const keepAliveProbeMs = 60_000;

/** The server that the world reaches. Node's strict parser reads what comes; bodies and open streams may last. */
export function createPublicServer(options: PublicServerOptions): { server: Server; connections: OpenConnections } {
  const { timeouts, tls } = options;
  const { headerBytes } = options.limits;
  const settings: ServerOptions = {
    maxHeaderSize: headerBytes,
    insecureHTTPParser: false,
    requireHostHeader: false, // checked with everything else about the head, and answered like it
    headersTimeout: timeouts.headersMs,
    requestTimeout: 0, // see BodyWatch
    keepAliveTimeout: timeouts.idleMs,
    connectionsCheckingInterval: Math.min(5_000, timeouts.headersMs),
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: keepAliveProbeMs,
  };
  const server: Server = tls
    ? createTlsServer({ ...settings, handshakeTimeout: timeouts.headersMs, ...tls })
    : createServer(settings);
  server.timeout = timeouts.silenceMs;
  server.maxHeadersCount = 0; // every header must be seen; `headerBytes` bounds them
  const connections = new OpenConnections(server);
  const connectionLimits = new ConnectionLimits(options);
  connectionLimits.guard(server);
  const parts: PublicParts = { ...options, connectionLimits };
  const take = (request: IncomingMessage, response: ServerResponse): void => takeRequest(request, response, parts);
  server.on('request', take);
  server.on('checkContinue', take); // the target says whether it wants the body
  server.on('checkExpectation', take);
  server.on('upgrade', (request, socket, head) => takeUpgrade(request, socket, head, connections, parts));
  server.on('connect', (request, socket, head) => takeUpgrade(request, socket, head, connections, parts));
  server.on('clientError', (error, socket) => {
    const status = answerParseError(error, socket, { connections, headerBytes });
    if (status !== undefined && socket instanceof Socket) options.accessLog?.noteNonsense(socket, status);
  });
  return { server, connections };
}

interface PublicParts extends PublicServerOptions {
  connectionLimits: ConnectionLimits;
}

function takeRequest(request: IncomingMessage, response: ServerResponse, options: PublicParts): void {
  options.metrics.webRequests += 1;
  response.on('error', destroy); // 'close' tells everybody who needs to know
  const visit = options.accessLog?.begin(request, request.socket, 'http');
  if (visit !== undefined) {
    response.once('close', () => visit.end(response.headersSent ? response.statusCode : undefined));
  }
  try {
    const head = readRequestHead(request.rawHeaders);
    const { bodyMs } = options.timeouts;
    if (bodyMs > 0 && hasBody(head)) BodyWatch.begin(request, response, options.sweeper, bodyMs);
    checkRequestHead(request, head);
    checkExpectation(request, head);
    const path = readRequestPath(request.url ?? '');
    if (path.pathname === healthPath) {
      replyJson(response, 200, { status: 'OK' });
      return;
    }
    const admission = admit(request, head, path, 'request', options);
    visit?.admit(admission);
    options.connectionLimits.admit(request.socket, admission.client, response);
    forwardHttp(admission, request, response, options);
  } catch (error) {
    refuse(request, response, ProxyError.from(error), options);
  }
}

function destroy(this: ServerResponse): void {
  this.destroy();
}

function takeUpgrade(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  connections: OpenConnections,
  options: PublicParts,
): void {
  // Bytes of an upgraded connection among those of an earlier answer would be anybody's guess.
  if (!(socket instanceof Socket) || connections.isBusy(socket)) {
    socket.destroy();
    return;
  }
  connections.forget(socket);
  socket.setTimeout(0);
  options.metrics.webSocketRequests += 1;
  const upgrade = new UpgradeRequest(request, socket, head);
  const visit = options.accessLog?.begin(request, socket, 'websocket');
  if (visit !== undefined) socket.once('close', () => visit.end(upgrade.status));
  try {
    const requestHead = readRequestHead(request.rawHeaders);
    checkRequestHead(request, requestHead);
    checkUpgrade(request, requestHead);
    const path = readRequestPath(request.url ?? '');
    const admission = admit(request, requestHead, path, 'upgrade', options);
    visit?.admit(admission);
    options.connectionLimits.admit(socket, admission.client, socket);
    const { upgradeMs, lingerMs } = options.timeouts;
    forwardWebSocket(admission, upgrade, { ...options, upgradeMs, lingerMs });
  } catch (error) {
    logRefusal(ProxyError.from(error), request, options.log);
    options.metrics.countAnswer(ProxyError.from(error).status);
    upgrade.fail(ProxyError.from(error));
  }
}

/** RFC 9110, 10.1.1: there is no other expectation; HTTP/1.0 has none. */
function checkExpectation({ httpVersion }: IncomingMessage, { expect }: RequestHead): void {
  if (expect.length === 0 || httpVersion === '1.0') return;
  if (expect.length > 1 || expect[0]?.toLowerCase() !== '100-continue') {
    throw new ProxyError('bad-expectation', 'Of the expectations only `100-continue` is understood.');
  }
}

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  error: ProxyError,
  options: PublicServerOptions,
): void {
  logRefusal(error, request, options.log);
  if (error.code === 'sign-in-needed' && options.signInPath !== undefined && isNavigation(request)) {
    replyRedirect(response, `${options.signInPath}?next=${encodeURIComponent(request.url ?? '/')}`);
    return;
  }
  options.metrics.countAnswer(error.status);
  replyWithPage(request, response, error, options);
}

/** Without the address: its query may hold a token. */
function logRefusal(error: ProxyError, { method, headers, socket }: IncomingMessage, log: ProxyLogger): void {
  const fields = { code: error.code, method, from: socket.remoteAddress, cause: error.causeMessage };
  if (error.code === 'internal') log.error(fields, error.message);
  // Whoever opens the hub under another address than `publicUrl` runs into this, and needs to find out why.
  else if (error.code === 'other-origin') log.warn({ ...fields, origin: headers.origin }, error.message);
  else log.debug(fields, error.message);
}

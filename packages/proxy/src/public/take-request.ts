import type { AccessLog } from '../access/access-log.js';
import type { ClientAnswer, ClientRequest } from '../client-exchange.js';
import { admit, checkRequestHead, checkUpgrade } from '../forward/admission.js';
import type { ClientUpgrade } from '../forward/client-upgrade.js';
import { forwardHttp } from '../forward/forward-http.js';
import { forwardWebSocket } from '../forward/forward-websocket.js';
import type { Rewriting } from '../forward/rewriting.js';
import type { Gate } from '../gate/gate.js';
import type { TrustedProxies } from '../headers/client-address.js';
import type { ForwardingHeaders } from '../headers/forwarding-headers.js';
import { hasBody, type RequestHead, readRequestHead } from '../headers/request-head.js';
import type { ProxyMetrics } from '../metrics/proxy-metrics.js';
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
import { BodyWatch } from './body-watch.js';
import type { ConnectionLimits } from './connection-limits.js';

/** What it takes to deal with a request. */
export interface TakeOptions {
  routes: Routes;
  gate: Gate | undefined;
  /** Where browsers without a gate token are sent, with `?next=<path and query>`. */
  signInPath: string | undefined;
  trustedProxies: TrustedProxies;
  forwarding: ForwardingHeaders;
  rewriting: Rewriting;
  metrics: ProxyMetrics;
  errorPages: ErrorPages | undefined;
  timeouts: ProxyTimeouts;
  connectionLimits: ConnectionLimits;
  sweeper: Sweeper;
  accessLog: AccessLog | undefined;
  log: ProxyLogger;
}

const healthPath = '/_chp_healthz';

/** Sends a request on or answers it. `fault`: what is wrong with it as far as its reader could tell. */
export function takeRequest(
  request: ClientRequest,
  response: ClientAnswer,
  options: TakeOptions,
  fault?: ProxyError,
): void {
  options.metrics.webRequests += 1;
  response.on('error', destroy); // 'close' tells everybody who needs to know
  const visit = options.accessLog?.begin(request, 'http');
  if (visit !== undefined) {
    response.once('close', () => visit.end(response.headersSent ? response.statusCode : undefined));
  }
  try {
    if (fault !== undefined) throw fault;
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

function destroy(this: { destroy(): unknown }): void {
  this.destroy();
}

/** The same for a request to switch protocols. */
export function takeUpgrade(upgrade: ClientUpgrade, options: TakeOptions, fault?: ProxyError): void {
  const { request } = upgrade;
  const { socket } = upgrade.carrier;
  options.metrics.webSocketRequests += 1;
  const visit = options.accessLog?.begin(request, 'websocket');
  if (visit !== undefined) socket.once('close', () => visit.end(upgrade.status));
  try {
    if (fault !== undefined) throw fault;
    const requestHead = readRequestHead(request.rawHeaders);
    checkRequestHead(request, requestHead);
    checkUpgrade(request, requestHead);
    const path = readRequestPath(request.url ?? '');
    const admission = admit(request, requestHead, path, 'upgrade', options);
    visit?.admit(admission);
    options.connectionLimits.admit(request.socket, admission.client, socket);
    const { upgradeMs, lingerMs } = options.timeouts;
    forwardWebSocket(admission, upgrade, { ...options, upgradeMs, lingerMs });
  } catch (error) {
    logRefusal(ProxyError.from(error), request, options.log);
    options.metrics.countAnswer(ProxyError.from(error).status);
    upgrade.fail(ProxyError.from(error));
  }
}

/** RFC 9110, 10.1.1: there is no other expectation; HTTP/1.0 has none. */
function checkExpectation({ httpVersion }: ClientRequest, { expect }: RequestHead): void {
  if (expect.length === 0 || httpVersion === '1.0') return;
  if (expect.length > 1 || expect[0]?.toLowerCase() !== '100-continue') {
    throw new ProxyError('bad-expectation', 'Of the expectations only `100-continue` is understood.');
  }
}

function refuse(request: ClientRequest, response: ClientAnswer, error: ProxyError, options: TakeOptions): void {
  logRefusal(error, request, options.log);
  if (error.code === 'sign-in-needed' && options.signInPath !== undefined && isNavigation(request)) {
    replyRedirect(response, `${options.signInPath}?next=${encodeURIComponent(request.url ?? '/')}`);
    return;
  }
  options.metrics.countAnswer(error.status);
  replyWithPage(request, response, error, options);
}

/** Without the address: its query may hold a token. */
function logRefusal(error: ProxyError, { method, headers, socket }: ClientRequest, log: ProxyLogger): void {
  const fields = { code: error.code, method, from: socket.remoteAddress, cause: error.causeMessage };
  if (error.code === 'internal') log.error(fields, error.message);
  // Whoever opens the hub under another address than `publicUrl` runs into this, and needs to find out why.
  else if (error.code === 'other-origin') log.warn({ ...fields, origin: headers.origin }, error.message);
  else log.debug(fields, error.message);
}

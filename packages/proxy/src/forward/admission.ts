import type { ClientRequest } from '../client-exchange.js';
import type { Gate } from '../gate/gate.js';
import type { TrustedProxies } from '../headers/client-address.js';
import { holdsWord } from '../headers/raw-headers.js';
import type { RequestHead } from '../headers/request-head.js';
import { ProxyError } from '../proxy-error.js';
import type { RequestPath } from '../routes/request-path.js';
import type { GateGrant, Route } from '../routes/route.js';
import type { Routes } from '../routes/routes.js';

/** A request that may go on: with which headers, by which path, on which route, and by whose right. */
export interface Admission {
  readonly head: RequestHead;
  readonly path: RequestPath;
  readonly route: Route;
  /** Nothing on a route without a gate. */
  readonly grant: GateGrant | undefined;
  /** The address that it came from; nothing when it came through a unix socket. */
  readonly client: string | undefined;
}

interface AdmitOptions {
  routes: Routes;
  gate: Gate | undefined;
  trustedProxies: TrustedProxies;
}

/**
 * The one place that decides whether a request, or an upgrade, goes on and where to: route and gate see the same
 * `path`. Throws a `ProxyError` otherwise.
 */
export function admit(
  request: ClientRequest,
  head: RequestHead,
  path: RequestPath,
  kind: 'request' | 'upgrade',
  { routes, gate, trustedProxies }: AdmitOptions,
): Admission {
  const route = routes.match(path, head.host[0]);
  const client = trustedProxies.readClientAddress(request.socket.remoteAddress, head.forwardedFor);
  if (route.gate === undefined) return { head, path, route, client, grant: undefined };
  if (gate === undefined) throw new ProxyError('internal', 'This server is behind a gate, but the gate has no key.');
  return { head, path, route, client, grant: gate.admit(request, head, route.gate, kind) };
}

const hostForm = /^(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?$/;

/**
 * What the readers of heads let through although HTTP forbids it or two readers could differ about it. Throws `bad-request`,
 * `http-version`, `method-not-allowed` or `not-supported`.
 */
export function checkRequestHead(
  { httpVersion, method }: Pick<ClientRequest, 'httpVersion' | 'method'>,
  head: RequestHead,
): void {
  if (httpVersion !== '1.1' && httpVersion !== '1.0') {
    throw new ProxyError('http-version', 'Only HTTP/1.1 and HTTP/1.0 are spoken here.');
  }
  if (method === 'TRACE' || method === 'CONNECT') {
    // TRACE would show the caller the headers that the proxy adds (RFC 9110, 9.3.8).
    throw new ProxyError('method-not-allowed', `${method} is not allowed.`);
  }
  const { host } = head;
  if (host.length > 1 || (host.length === 0 && httpVersion === '1.1')) {
    throw new ProxyError('bad-request', 'A request needs exactly one Host header (RFC 9112, 3.2).');
  }
  if (host[0] !== undefined && !hostForm.test(host[0])) {
    throw new ProxyError('bad-request', 'The Host header is no host name.');
  }
  checkFraming(httpVersion, head.transferEncoding, head.contentLength);
}

function checkFraming(httpVersion: string, codings: readonly string[], lengths: readonly string[]): void {
  if (codings.length === 0 && lengths.length <= 1) return;
  if (codings.length !== 1 || lengths.length !== 0 || httpVersion === '1.0') {
    throw new ProxyError('bad-request', 'The length of the request is not clear (RFC 9112, 6.1).');
  }
  if (codings[0]?.toLowerCase() !== 'chunked') {
    throw new ProxyError('not-supported', 'Of the transfer codings only `chunked` is understood.');
  }
}

/**
 * Checks that an upgrade is a WebSocket's opening handshake (RFC 6455, 4.2.1). Throws `not-supported` for another
 * protocol and `bad-request` for a handshake that is none.
 */
export function checkUpgrade({ method, httpVersion, headers }: ClientRequest, head: RequestHead): void {
  if (!holdsWord(head.upgrade, 'websocket')) {
    throw new ProxyError('not-supported', 'Of the protocols to upgrade to only `websocket` is understood.');
  }
  const hasFraming = head.transferEncoding.length > 0 || head.contentLength.length > 0;
  const isHandshake = head.upgrade.length === 1 && headers['sec-websocket-key'] !== undefined;
  if (method !== 'GET' || httpVersion !== '1.1' || hasFraming || !isHandshake) {
    throw new ProxyError('bad-request', 'This is no WebSocket handshake (RFC 6455, 4.2.1).');
  }
}

import type { IncomingHttpHeaders } from 'node:http';
import type { ClientRequest } from '../client-exchange.js';
import { ProxyError } from '../proxy-error.js';

const safeMethods: ReadonlySet<string | undefined> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Checks that a request which a cookie authenticates was made by a page of ours. The proxy supplies the server's own
 * token on the way, and with a token Jupyter checks neither XSRF nor the Origin of WebSockets: this is the only check.
 *
 * - WebSockets: Origin must be ours (browsers always send it, and let any page open any WebSocket).
 * - POST, PUT, DELETE and the like: Origin must be ours; without one only `Sec-Fetch-Site: same-origin` passes.
 * - GET, HEAD: a navigation passes from anywhere (a link in a mail). What a page of another origin, even of the same
 *   site, fetches or embeds does not (Fetch Metadata, "resource isolation policy").
 *
 * Throws `other-origin`.
 */
export function checkOrigin(request: ClientRequest, kind: 'request' | 'upgrade', publicOrigin: string): void {
  if (kind === 'upgrade' ? request.headers.origin === publicOrigin : isRequestOurs(request, publicOrigin)) return;
  throw new ProxyError(
    'other-origin',
    'This request was made by a page of another site, or its program did not say by which (Origin); it was refused.',
  );
}

function isRequestOurs({ method, headers }: ClientRequest, publicOrigin: string): boolean {
  if (!safeMethods.has(method)) {
    if (headers.origin !== undefined) return headers.origin === publicOrigin;
    return headers['sec-fetch-site'] === 'same-origin';
  }
  if (isTopNavigation(headers)) return true;
  if (headers.origin !== undefined && headers.origin !== publicOrigin) return false;
  const site = headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin' || site === 'none';
}

function isTopNavigation(headers: IncomingHttpHeaders): boolean {
  const destination = headers['sec-fetch-dest'];
  return headers['sec-fetch-mode'] === 'navigate' && destination !== 'object' && destination !== 'embed';
}

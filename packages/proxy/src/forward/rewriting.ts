import type { ClientRequest } from '../client-exchange.js';
import type { ForwardingHeaders } from '../headers/forwarding-headers.js';
import { writeRequestHead } from '../headers/write-request-head.js';
import { ProxyError } from '../proxy-error.js';
import type { Target } from '../routes/target.js';
import type { Admission } from './admission.js';

/** How requests and redirects are changed on their way. */
export interface Rewriting {
  /** Whether the path of a target is put before the path of each request. */
  prependPath: boolean;
  /** Whether the target sees the path of its route. */
  includePrefix: boolean;
  /** Host is the target's, not the one that was asked for. */
  changeOrigin: boolean;
  /** A redirect of a target to its own address becomes one to the address that was asked for. */
  autoRewrite: boolean;
  /** Such a redirect gets this scheme. */
  protocolRewrite?: 'http' | 'https';
}

/** Paths go on as they came, behind the target's own; nothing else is touched. */
export const plainRewriting: Rewriting = {
  prependPath: true,
  includePrefix: true,
  changeOrigin: false,
  autoRewrite: false,
};

/** The head with which an admitted request goes on. Throws `bad-path` where less than a path would be left. */
export function writeTargetHead(
  admission: Admission,
  request: ClientRequest,
  { rewriting, forwarding }: { rewriting: Rewriting; forwarding: ForwardingHeaders },
  upgrade: boolean,
): string {
  const { route, head, client } = admission;
  return writeRequestHead(request, head, {
    path: writeTargetPath(admission, rewriting),
    host: readTargetHost(route, rewriting),
    gated: route.gate !== undefined,
    added: route.addedHeaders,
    forwarding,
    client,
    upgrade,
  });
}

/** Path and query as the target gets them. */
function writeTargetPath({ path, route }: Admission, rewriting: Rewriting): string {
  const prefix = rewriting.prependPath ? route.target.pathPrefix : '';
  if (rewriting.includePrefix) return prefix + path.pathname + path.search;
  const rest = dropSegments(path.pathname, route.path.pathDepth);
  // A line like `GET //host/ HTTP/1.1` is read as an address by some.
  if (rest.startsWith('//')) throw new ProxyError('bad-path', 'The address was refused: it holds two slashes.');
  return prefix + rest + path.search;
}

/** The Host header that the target gets, where it is not the one that was asked for. */
function readTargetHost({ target }: Admission['route'], { changeOrigin }: Rewriting): string | undefined {
  return changeOrigin ? formatHost(target) : undefined;
}

const redirects: ReadonlySet<number> = new Set([201, 301, 302, 307, 308]);

/**
 * The Location of an answer as it goes back: only one that names the target itself is changed. `host` is the Host that
 * was asked for.
 */
export function rewriteLocation(
  location: string,
  { status, target, host }: { status: number; target: Target; host: string | undefined },
  { autoRewrite, protocolRewrite }: Rewriting,
): string {
  if (!(autoRewrite || protocolRewrite) || !redirects.has(status)) return location;
  const url = URL.parse(location);
  const own = formatHost(target);
  if (url === null || own === undefined || url.host !== new URL(`${url.protocol}//${own}`).host) return location;
  if (autoRewrite && host !== undefined) {
    url.port = '';
    url.host = host;
  }
  if (protocolRewrite !== undefined) url.protocol = protocolRewrite;
  return url.href;
}

/** `host:port` without the port that goes without saying; a unix socket has none. */
function formatHost({ address, secure }: Target): string | undefined {
  if ('socketPath' in address) return undefined;
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return address.port === (secure ? 443 : 80) ? host : `${host}:${address.port}`;
}

function dropSegments(pathname: string, count: number): string {
  let at = 0;
  for (let dropped = 0; dropped < count; dropped += 1) {
    const next = pathname.indexOf('/', at + 1);
    if (next < 0) return '/';
    at = next;
  }
  return pathname.slice(at);
}

import { mayBackendSetCookie } from '../gate/cookies.js';
import { ProxyError } from '../proxy-error.js';
import { eachHeader, listHopByHop, normalizeHeaderName, type RawHeaders, readHeader } from './raw-headers.js';

interface AnswerHeadersOptions {
  status: number;
  /** Behind a gate: the target is a user's own program and may not touch what belongs to the hub. */
  gated: boolean;
  /** Percent-encoded, with a slash at the end: where the route's addresses begin. */
  routePrefix: string;
  /** The path that was asked for. */
  pathname: string;
}

/**
 * The headers that an answer goes back with. Hop-by-hop headers end here. From behind a gate, a Set-Cookie under one of
 * our names ends here too, and so does what would reach beyond the server's own addresses: Clear-Site-Data (would sign
 * the user out of the hub) and a Service-Worker-Allowed above the route (would put a script between the user and the
 * hub). Throws `bad-answer` for a transfer coding that we would have to undo (RFC 9112, 6.1).
 */
export function buildAnswerHeaders(answerHeaders: RawHeaders, options: AnswerHeadersOptions): string[] {
  const codings = readHeader(answerHeaders, 'transfer-encoding');
  if (codings.length > 0 && codings.join(',').trim().toLowerCase() !== 'chunked') {
    throw new ProxyError('bad-answer', 'The server sent an answer in a transfer coding that nobody asked for.');
  }
  const dropped = listHopByHop(answerHeaders);
  dropped.delete('content-length'); // framing cannot be taken away by Connection
  if (options.status === 204) dropped.add('content-length');
  if (options.gated) dropped.add('clear-site-data');
  const headers: string[] = [];
  for (const [name, value] of eachHeader(answerHeaders)) {
    const normalized = normalizeHeaderName(name);
    if (dropped.has(normalized)) continue;
    const kept = options.gated ? guardHeader(normalized, value, options) : value;
    if (kept !== undefined) headers.push(name, kept);
  }
  return headers;
}

function guardHeader(name: string, value: string, options: AnswerHeadersOptions): string | undefined {
  if (name === 'set-cookie') return mayBackendSetCookie(value) ? value : undefined;
  if (name === 'service-worker-allowed') return clampScope(value, options);
  return value;
}

function clampScope(scope: string, { routePrefix, pathname }: AnswerHeadersOptions): string {
  const base = 'http://proxy.invalid';
  const url = URL.parse(scope, base + pathname);
  return url?.origin === base && url.pathname.startsWith(routePrefix) ? url.pathname : routePrefix;
}

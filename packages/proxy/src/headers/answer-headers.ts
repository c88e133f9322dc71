import { mayBackendSetCookie } from '../gate/cookies.js';
import type { AnswerHead } from '../upstream/answer-head.js';
import { listConnectionNames } from './raw-headers.js';

interface AnswerHeadersOptions {
  /** Behind a gate: the target is a user's own program and may not touch what belongs to the hub. */
  gated: boolean;
  /** Percent-encoded, with a slash at the end: where the route's addresses begin. */
  routePrefix: string;
  /** The path that was asked for. */
  pathname: string;
  /** What becomes of a Location. */
  rewriteLocation?: (location: string) => string;
}

/**
 * A browser keeps them for the whole site, the hub's pages included: signs the user out there, reports the addresses of
 * all further requests to somebody (Network Error Logging), or takes another way to it.
 */
const ofWholeSite: ReadonlySet<string> = new Set([
  ...['clear-site-data', 'nel', 'report-to', 'strict-transport-security', 'alt-svc'],
]);

/**
 * The headers that an answer goes back with. Hop-by-hop headers end here. From behind a gate, a Set-Cookie under one of
 * our names ends here too, and so does what would reach beyond the server's own addresses: a Service-Worker-Allowed
 * above the route (would put a script between the user and the hub), and what speaks for the whole site.
 */
export function buildAnswerHeaders(answer: AnswerHead, options: AnswerHeadersOptions): string[] {
  const { rawHeaders, names, status } = answer;
  const connectionNames = listConnectionNames(answer.connection);
  const headers: string[] = [];
  for (let index = 0; index < names.length; index += 1) {
    const name = names[index];
    if (name === undefined || name.isHopByHop || connectionNames?.has(name.normalized)) continue;
    if (status === 204 && name.normalized === 'content-length') continue;
    const value = rawHeaders[index * 2 + 1] ?? '';
    const said = name.normalized === 'location' && options.rewriteLocation ? options.rewriteLocation(value) : value;
    const kept = options.gated ? guardHeader(name.normalized, said, options) : said;
    if (kept !== undefined) headers.push(rawHeaders[index * 2] ?? '', kept);
  }
  return headers;
}

function guardHeader(name: string, value: string, options: AnswerHeadersOptions): string | undefined {
  if (ofWholeSite.has(name)) return undefined;
  if (name === 'set-cookie') return mayBackendSetCookie(value) ? value : undefined;
  if (name === 'service-worker-allowed') return clampScope(value, options);
  return value;
}

function clampScope(scope: string, { routePrefix, pathname }: AnswerHeadersOptions): string {
  const base = 'http://proxy.invalid';
  const url = URL.parse(scope, base + pathname);
  return url?.origin === base && url.pathname.startsWith(routePrefix) ? url.pathname : routePrefix;
}

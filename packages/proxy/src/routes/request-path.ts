import { ProxyError } from '../proxy-error.js';

/**
 * The path of a request, read once: the route is found with it, the gate decides on it, and it is what goes on to the
 * target, byte for byte.
 */
export interface RequestPath {
  /** As it came, without the query; goes on to the target unchanged. */
  readonly pathname: string;
  /** The query with its question mark, or an empty string. */
  readonly search: string;
  /** Between slashes, percent-decoded once into octets (one UTF-16 unit an octet). `%2F` is data, not a slash. */
  readonly segments: readonly string[];
  /**
   * How a laxer reader might understand the same path: `%2F` and `\` as slashes, `//` as `/`, `;…` cut off, dot
   * segments resolved, decoded twice or three times. Empty for a path that leaves no choice. All of them must lead to
   * the same route as `segments`, else the path is refused (`Routes.match`).
   */
  readonly looseReadings: readonly (readonly string[])[];
}

const mayBeReadOtherwise = /%2f|%5c|%25|;|\/\//i;
const malformedEscape = /%(?![0-9a-f]{2})/i;
const controlOctet = /%(?:[01][0-9a-f]|7f)/i;
const notAllowed = /[^\x21\x24-\x3b\x3d\x3f-\x5b\x5d-\x7e]/;
const mostDecodings = 3;

/**
 * Reads the target of a request line (RFC 9112, 3.2: only the origin form, `/path?query`). Throws `bad-path` for what
 * no browser sends and backends understand differently: dot segments (plain or as `%2e`), backslashes, control
 * characters (plain or encoded), octets over 0x7f, a malformed escape, a fragment, a path that begins with `//`.
 *
 * `%2F` and `%5C` stay allowed below a route, because programs behind Jupyter use them (GitLab's and Dash's paths,
 * file names with a backslash); they cannot change where the request goes, see `looseReadings`.
 */
export function readRequestPath(requestTarget: string): RequestPath {
  const queryStart = requestTarget.indexOf('?');
  const pathname = queryStart < 0 ? requestTarget : requestTarget.slice(0, queryStart);
  const search = queryStart < 0 ? '' : requestTarget.slice(queryStart);
  const reason = findFault(pathname, search);
  if (reason !== undefined) throw new ProxyError('bad-path', `The address was refused: ${reason}.`);
  const segments = pathname.slice(1).split('/').map(decodeOctets);
  if (segments.some(isDotSegment)) {
    throw new ProxyError('bad-path', 'The address was refused: it holds a dot segment (`.` or `..`).');
  }
  return { pathname, search, segments, looseReadings: readLoosely(pathname) };
}

function findFault(pathname: string, search: string): string | undefined {
  if (!pathname.startsWith('/')) return 'it does not begin with a slash';
  if (pathname.startsWith('//')) return 'it begins with two slashes';
  if (search.includes('#') || pathname.includes('#')) return 'it holds a fragment (`#`)';
  if (notAllowed.test(pathname)) return 'it holds a character that must be percent-encoded';
  if (malformedEscape.test(pathname)) return 'a `%` is not followed by two hexadecimal digits';
  if (controlOctet.test(pathname)) return 'it holds an encoded control character';
  return undefined;
}

/** `..;x` is a dot segment to servers that know path parameters. */
function isDotSegment(segment: string): boolean {
  const name = cutParameters(segment);
  return name === '.' || name === '..';
}

function cutParameters(segment: string): string {
  const end = segment.indexOf(';');
  return end < 0 ? segment : segment.slice(0, end);
}

function decodeOctets(text: string): string {
  if (!text.includes('%')) return text;
  return text.replace(/%([0-9a-f]{2})/gi, (_escape, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function readLoosely(pathname: string): string[][] {
  if (!mayBeReadOtherwise.test(pathname)) return [];
  const readings: string[][] = [];
  let text = pathname;
  for (let decodings = 0; decodings <= mostDecodings; decodings += 1) {
    readings.push(resolveSegments(text).map(decodeOctets));
    const decoded = decodeOctets(text);
    if (decoded === text) break;
    text = decoded;
  }
  return readings;
}

function resolveSegments(text: string): string[] {
  const resolved: string[] = [];
  for (const segment of text.split(/[/\\]/).map(cutParameters)) {
    if (segment === '..') resolved.pop();
    else if (segment !== '' && segment !== '.') resolved.push(segment);
  }
  return resolved;
}

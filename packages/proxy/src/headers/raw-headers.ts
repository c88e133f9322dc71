/** Headers as node:http keeps them: name, value, name, value, …, in the order and the case in which they came. */
export type RawHeaders = readonly string[];

/**
 * The name by which two headers are the same to anybody on the way: lower case, and `_` as `-`, because CGI and WSGI
 * programs cannot tell `X_Forwarded_For` from `X-Forwarded-For`.
 */
export function normalizeHeaderName(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}

/** Pairs of name and value. */
export function* eachHeader(headers: RawHeaders): Generator<[name: string, value: string]> {
  for (let index = 0; index + 1 < headers.length; index += 2) {
    yield [headers[index] ?? '', headers[index + 1] ?? ''];
  }
}

/** All values of one header, by its lower-case name. */
export function readHeader(headers: RawHeaders, name: string): string[] {
  return [...eachHeader(headers)].filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);
}

/** Whether a comma-separated header holds this word, in any case. */
export function holdsWord(values: readonly string[], word: string): boolean {
  return splitList(values).includes(word);
}

/** The words of a comma-separated header, in lower case. */
export function splitList(values: readonly string[]): string[] {
  return values
    .flatMap((value) => value.split(','))
    .map((word) => word.trim().toLowerCase())
    .filter((word) => word !== '');
}

/** RFC 9110, 7.6.1, and what older programs sent: they speak of one connection and end with it. */
const hopByHop: readonly string[] = [
  'connection',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** The normalized names that end here: the hop-by-hop ones and those that Connection names. */
export function listHopByHop(headers: RawHeaders): Set<string> {
  return new Set([...hopByHop, ...splitList(readHeader(headers, 'connection')).map(normalizeHeaderName)]);
}

/**
 * Trailers that may be passed on. Those that frame, route, authenticate or set cookies may not come after the body
 * (RFC 9110, 6.5.1): a receiver that merges them into the headers would be fooled.
 */
export function filterTrailers(trailers: RawHeaders): [string, string][] {
  return [...eachHeader(trailers)].filter(([name]) => !forbiddenTrailer.test(normalizeHeaderName(name)));
}

const forbiddenTrailer =
  /^(?:authorization|cookie|set-cookie|host|forwarded|x-forwarded-.*|x-real-ip|content-.*|cache-control|expect|range|max-forwards|te|trailer|transfer-encoding|connection|keep-alive|upgrade|proxy-.*|www-authenticate|location|retry-after|vary|date|age|expires|clear-site-data|service-worker-allowed)$/;

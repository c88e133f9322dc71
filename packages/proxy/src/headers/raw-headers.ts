import type { IncomingHttpHeaders } from 'node:http';
import { readHeaderName } from './header-name.js';

/** Headers: name, value, name, value, …, in the order and the case in which they came. */
export type RawHeaders = readonly string[];

/** Pairs of name and value. */
export function* eachHeader(headers: RawHeaders): Generator<[name: string, value: string]> {
  for (let index = 0; index + 1 < headers.length; index += 2) {
    yield [headers[index] ?? '', headers[index + 1] ?? ''];
  }
}

/** All values of one header, by its lower-case name. */
export function readHeader(headers: RawHeaders, name: string): string[] {
  return [...eachHeader(headers)].filter(([key]) => readHeaderName(key).lower === name).map(([, value]) => value);
}

/** By lower-case name. A header that came twice is joined: whoever compares it with one value finds another. */
export function joinHeaders(headers: RawHeaders): IncomingHttpHeaders {
  const joined: Record<string, string> = Object.create(null);
  for (const [name, value] of eachHeader(headers)) {
    const { lower } = readHeaderName(name);
    const before = joined[lower];
    joined[lower] = before === undefined ? value : `${before}, ${value}`;
  }
  return joined;
}

/** Whether a comma-separated header holds this word, in any case. */
export function holdsWord(values: readonly string[], word: string): boolean {
  return values.length > 0 && splitList(values).includes(word);
}

/** The words of a comma-separated header, in lower case. */
export function splitList(values: readonly string[]): string[] {
  return values
    .flatMap((value) => value.split(','))
    .map((word) => word.trim().toLowerCase())
    .filter((word) => word !== '');
}

/** As the lines of a message. */
export function formatHeaders(headers: RawHeaders): string {
  let text = '';
  for (let index = 0; index < headers.length; index += 2) text += `${headers[index]}: ${headers[index + 1]}\r\n`;
  return text;
}

/**
 * The normalized names that Connection takes out; nothing where it names none. Framing cannot be taken away by it:
 * `Connection: Content-Length` would turn a body into a next message.
 */
export function listConnectionNames(connection: readonly string[]): ReadonlySet<string> | undefined {
  if (connection.length === 0 || (connection.length === 1 && isUsual(connection[0]))) return undefined;
  const names = new Set(splitList(connection).map((name) => readHeaderName(name).normalized));
  names.delete('content-length');
  return names;
}

function isUsual(connection: string | undefined): boolean {
  return connection === 'keep-alive' || connection === 'close' || connection === 'Keep-Alive';
}

/**
 * Trailers that may be passed on. Those that frame, route, authenticate or set cookies may not come after the body
 * (RFC 9110, 6.5.1): a receiver that merges them into the headers would be fooled.
 */
export function filterTrailers(trailers: RawHeaders): [string, string][] {
  return [...eachHeader(trailers)].filter(([name]) => !forbiddenTrailer.test(readHeaderName(name).normalized));
}

const forbiddenTrailer =
  /^(?:authorization|cookie|set-cookie|host|forwarded|x-forwarded-.*|x-real-ip|content-.*|cache-control|expect|range|max-forwards|te|trailer|transfer-encoding|connection|keep-alive|upgrade|proxy-.*|www-authenticate|location|retry-after|vary|date|age|expires|clear-site-data|service-worker-allowed)$/;

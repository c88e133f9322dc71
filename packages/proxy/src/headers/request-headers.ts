import type { IncomingMessage } from 'node:http';
import { stripOwnCookies } from '../gate/cookies.js';
import { eachHeader, holdsWord, listHopByHop, normalizeHeaderName, readHeader } from './raw-headers.js';

interface RequestHeadersOptions {
  /** Behind a gate: the caller's credentials (our cookies, Authorization) end here. */
  gated: boolean;
  /** The route's own; they replace whatever the caller sent under the same names. */
  routeHeaders: Readonly<Record<string, string>>;
  publicUrl: URL;
  upgrade: boolean;
}

/**
 * The headers that a request goes on with. Hop-by-hop headers and those that Connection names end here (RFC 9110,
 * 7.6.1), X-Forwarded-* and its like are set anew (what a caller says of itself is not believed), Host is kept, framing
 * is written from what the parser understood.
 */
export function buildRequestHeaders(request: IncomingMessage, options: RequestHeadersOptions): string[] {
  const { gated, routeHeaders, publicUrl, upgrade } = options;
  const dropped = listHopByHop(request.rawHeaders);
  for (const name of [...forwardingHeaders, ...ownFraming]) dropped.add(name);
  for (const name of Object.keys(routeHeaders)) dropped.add(normalizeHeaderName(name));
  if (gated) dropped.add('authorization');
  const headers = ['Host', request.headers.host ?? publicUrl.host];
  for (const [name, value] of eachHeader(request.rawHeaders)) {
    const normalized = normalizeHeaderName(name);
    if (dropped.has(normalized) || normalized.startsWith('x-forwarded-')) continue;
    const kept = gated && normalized === 'cookie' ? stripOwnCookies(value) : value;
    if (kept !== undefined) headers.push(name, kept);
  }
  headers.push(...describeForwarding(request, publicUrl), ...describeConnection(request, upgrade));
  return [...headers, ...Object.entries(routeHeaders).flat()];
}

/** Whether the parser saw a body coming (RFC 9112, 6.3). */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}

const forwardingHeaders: readonly string[] = ['forwarded', 'x-real-ip'];
const ownFraming: readonly string[] = ['host', 'content-length', 'expect'];
/** For other methods a missing Content-Length means that there is no body (RFC 9110, 8.6). */
const methodsWithoutBody: ReadonlySet<string | undefined> = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS']);

function describeForwarding({ socket }: IncomingMessage, publicUrl: URL): string[] {
  const headers = ['X-Forwarded-Proto', publicUrl.protocol.slice(0, -1), 'X-Forwarded-Host', publicUrl.host];
  headers.push('X-Forwarded-Port', publicUrl.port || (publicUrl.protocol === 'https:' ? '443' : '80'));
  if (socket.remoteAddress !== undefined) headers.push('X-Forwarded-For', socket.remoteAddress);
  return headers;
}

function describeConnection(request: IncomingMessage, upgrade: boolean): string[] {
  const { method, headers, rawHeaders } = request;
  if (upgrade) return ['Connection', 'Upgrade', 'Upgrade', 'websocket'];
  const framing: string[] = [];
  if (headers['transfer-encoding'] !== undefined) framing.push('Transfer-Encoding', 'chunked');
  else if (headers['content-length'] !== undefined) framing.push('Content-Length', headers['content-length']);
  else if (!methodsWithoutBody.has(method)) framing.push('Content-Length', '0');
  if (headers.expect !== undefined && request.httpVersion === '1.1') framing.push('Expect', '100-continue');
  if (holdsWord(readHeader(rawHeaders, 'te'), 'trailers')) framing.push('TE', 'trailers');
  return framing;
}

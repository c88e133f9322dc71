import type { ClientRequest } from '../client-exchange.js';
import { stripOwnCookies } from '../gate/cookies.js';
import type { ForwardingHeaders } from './forwarding-headers.js';
import { normalizeHeaderName, readHeaderName } from './header-name.js';
import { formatHeaders, holdsWord, listConnectionNames } from './raw-headers.js';
import type { RequestHead } from './request-head.js';

/** What a route adds to its requests, made ready once. */
export class AddedHeaders {
  /** As the lines of a message. */
  readonly text: string;
  readonly #normalizedNames: ReadonlySet<string>;
  readonly #saysOrigin: boolean;

  /** Where both say something about the same header, the route's own word counts. */
  constructor(own: Readonly<Record<string, string>>, common: Readonly<Record<string, string>> = {}) {
    const ownNames = new Set(Object.keys(own).map(normalizeHeaderName));
    const further = Object.entries(common).filter(([name]) => !ownNames.has(normalizeHeaderName(name)));
    const headers = [...Object.entries(own), ...further];
    this.text = formatHeaders(headers.flat());
    this.#normalizedNames = new Set(headers.map(([name]) => normalizeHeaderName(name)));
    this.#saysOrigin = headers.some(([name]) => readHeaderName(name).isForwarding);
  }

  /** Whether the caller's header of this normalized name gives way. */
  replaces(normalizedName: string): boolean {
    return this.#normalizedNames.size > 0 && this.#normalizedNames.has(normalizedName);
  }

  /** What the proxy says of where a request came from, without what the route says of it itself. */
  overrule(forwardingLines: string): string {
    if (!this.#saysOrigin) return forwardingLines;
    const lines = forwardingLines.split(/(?<=\r\n)/);
    return lines.filter((line) => !this.replaces(normalizeHeaderName(line.slice(0, line.indexOf(':'))))).join('');
  }
}

/** What `writeRequestHead` is told besides the request. */
export interface RequestHeadOptions {
  /** Path and query as the target gets them. */
  path: string;
  /** Behind a gate: the caller's credentials (our cookies, Authorization) end here. */
  gated: boolean;
  added: AddedHeaders;
  forwarding: ForwardingHeaders;
  /** Where the request came from; nothing when that is not known. */
  client: string | undefined;
  /** Instead of the Host that was asked for. */
  host?: string | undefined;
  upgrade: boolean;
}

/** Framing and addressing are written anew, from what the parser understood. */
const ownFraming: ReadonlySet<string> = new Set(['host', 'content-length', 'expect']);

/**
 * The whole head that a request goes on with, as one string of octets. Hop-by-hop headers and those that Connection
 * names end here (RFC 9110, 7.6.1), X-Forwarded-* and its like are set anew (what a caller says of itself is not
 * believed), Host is kept, framing is written from what the parser understood. Nothing in it can hold a line break:
 * names, values and address were read by the parser, the route's own were checked when it was set.
 */
export function writeRequestHead(request: ClientRequest, head: RequestHead, options: RequestHeadOptions): string {
  const { gated, added, forwarding } = options;
  const { names, rawHeaders } = head;
  const connectionNames = listConnectionNames(head.connection);
  let text = `${request.method} ${options.path} HTTP/1.1\r\nHost: ${options.host ?? head.host[0] ?? forwarding.host}\r\n`;
  for (let index = 0; index < names.length; index += 1) {
    const name = names[index];
    if (name === undefined || name.isHopByHop) continue;
    if (name.isForwarding && !forwarding.passes(request, name)) continue;
    const { normalized } = name;
    if (ownFraming.has(normalized) || added.replaces(normalized) || connectionNames?.has(normalized)) continue;
    if (gated && normalized === 'authorization') continue;
    const value = rawHeaders[index * 2 + 1] ?? '';
    const kept = gated && normalized === 'cookie' ? stripOwnCookies(value) : value;
    if (kept !== undefined) text += `${rawHeaders[index * 2]}: ${kept}\r\n`;
  }
  const origin = added.overrule(forwarding.format(request, head, options.client));
  return `${text}${origin}${describeConnection(request, head, options.upgrade)}${added.text}\r\n`;
}

/** For other methods a missing Content-Length means that there is no body (RFC 9110, 8.6). */
const methodsWithoutBody: ReadonlySet<string | undefined> = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS']);

function describeConnection(request: ClientRequest, head: RequestHead, upgrade: boolean): string {
  if (upgrade) return 'Connection: Upgrade\r\nUpgrade: websocket\r\n';
  let text = '';
  if (head.transferEncoding.length > 0) text += 'Transfer-Encoding: chunked\r\n';
  else if (head.contentLength.length > 0) text += `Content-Length: ${head.contentLength[0]}\r\n`;
  else if (!methodsWithoutBody.has(request.method)) text += 'Content-Length: 0\r\n';
  if (head.expect.length > 0 && request.httpVersion === '1.1') text += 'Expect: 100-continue\r\n';
  if (holdsWord(head.te, 'trailers')) text += 'TE: trailers\r\n';
  return text;
}

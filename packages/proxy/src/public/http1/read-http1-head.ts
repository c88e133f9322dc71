import { METHODS } from 'node:http';
import { holdsWord } from '../../headers/raw-headers.js';
import { type ConnectionFields, readConnectionFields } from '../../message/connection-fields.js';
import { parseFields, readLength, refuseOddOctets } from '../../message/fields.js';
import { Malformed } from '../../message/malformed.js';
import { ProxyError } from '../../proxy-error.js';

/** The head of a request of HTTP/1, whose framing leaves no doubt. */
export interface Http1Head {
  readonly method: string;
  /** The target of the request line, as it came. */
  readonly url: string;
  /** `1.1` and `1.0`; `0.9` and `2.0` are known and refused later, with a word of their own. */
  readonly httpVersion: string;
  readonly rawHeaders: string[];
  /** How the end of the body is known (RFC 9112, 6.3). */
  readonly framing: 'none' | 'length' | 'chunked';
  /** Bytes of the body where the framing is `length`, else 0. */
  readonly contentLength: number;
  /** Whether the client may ask again on the same connection. */
  readonly keepsAlive: boolean;
  /** Whether another protocol is asked for, or a tunnel: what follows is no body. */
  readonly isUpgrade: boolean;
  /** Why it must be refused, where more can be said than that it is malformed. Then nobody knows where it ends. */
  readonly fault: ProxyError | undefined;
}

const methods: ReadonlySet<string> = new Set(METHODS);
/** Octets over 0x7f and white space are in no address; without a version it is HTTP/0.9. */
const requestLine = /^([A-Z-]+) ([\x21-\x7e]+)(?: HTTP\/(1\.[01]|2\.0|0\.9))?$/;

/**
 * Reads the head of a request strictly: what two readers could understand differently is refused. `text` is what comes
 * before the empty line, without its last CRLF. Throws `Malformed`.
 */
export function readHttp1Head(text: string): Http1Head {
  refuseOddOctets(text);
  const lineEnd = text.indexOf('\r\n');
  const [, method = '', url = '', httpVersion = '0.9'] =
    requestLine.exec(lineEnd < 0 ? text : text.slice(0, lineEnd)) ?? [];
  if (!methods.has(method)) throw new Malformed('its first line is not a request line of HTTP/1');
  const fields = parseFields(lineEnd < 0 ? '' : text.slice(lineEnd + 2));
  const found = readConnectionFields(fields);
  const length = readLength(found.lengths);
  const fault = findFault(found, httpVersion);
  const isChunked = fault === undefined && found.codings.length > 0;
  return {
    method,
    url,
    httpVersion,
    rawHeaders: fields.rawHeaders,
    framing: isChunked ? 'chunked' : fault === undefined && length !== undefined && length > 0 ? 'length' : 'none',
    contentLength: fault === undefined ? (length ?? 0) : 0,
    keepsAlive: fault === undefined && keepsAlive(httpVersion, found.connection),
    isUpgrade: method === 'CONNECT' || (found.upgrade.length > 0 && holdsWord(found.connection, 'upgrade')),
    fault,
  };
}

/** Whether a method can begin like this: what is no HTTP may be waiting for our next word. */
export function beginsLikeRequest(text: string): boolean {
  const end = text.indexOf(' ');
  return end < 0 ? methodBeginnings.has(text) : methods.has(text.slice(0, end));
}

const methodBeginnings: ReadonlySet<string> = new Set(
  METHODS.flatMap((method) => Array.from({ length: method.length + 1 }, (_, length) => method.slice(0, length))),
);

/** Throws `Malformed` where the length could be read in two ways. */
function findFault({ codings, lengths }: ConnectionFields, httpVersion: string): ProxyError | undefined {
  const [coding] = codings;
  if (coding === undefined) return undefined;
  if (lengths.length > 0) throw new Malformed('it has both a Content-Length and a Transfer-Encoding');
  if (httpVersion !== '1.1') throw new Malformed('it has a Transfer-Encoding, which HTTP/1.0 does not know');
  if (codings.length > 1) throw new Malformed('it has more than one Transfer-Encoding');
  if (coding.toLowerCase() === 'chunked') return undefined;
  return new ProxyError('not-supported', 'Of the transfer codings only `chunked` is understood.');
}

function keepsAlive(httpVersion: string, connection: readonly string[]): boolean {
  if (httpVersion === '1.1') return !holdsWord(connection, 'close');
  return httpVersion === '1.0' && holdsWord(connection, 'keep-alive') && !holdsWord(connection, 'close');
}

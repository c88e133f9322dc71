import { type HeaderName, readHeaderName } from '../headers/header-name.js';
import { holdsWord, type RawHeaders } from '../headers/raw-headers.js';
import { ProxyError } from '../proxy-error.js';

/** Headers, or trailers, with what each name means. */
export interface Fields {
  readonly rawHeaders: RawHeaders;
  /** One for each pair in `rawHeaders`. */
  readonly names: readonly HeaderName[];
}

/** How the end of a body is known (RFC 9112, 6.3). */
type Framing = 'none' | 'length' | 'chunked' | 'close';

/** The head of an answer, whose framing leaves no doubt. */
export interface AnswerHead extends Fields {
  readonly status: number;
  readonly reason: string;
  /** The values of Connection and of Upgrade. */
  readonly connection: readonly string[];
  readonly upgrade: readonly string[];
  readonly framing: Framing;
  /** Bytes of the body where the framing is `length`, else 0. */
  readonly contentLength: number;
  /** Whether the target will take another request on the same connection. */
  readonly keepsAlive: boolean;
}

const statusLine = /^HTTP\/1\.([01]) ([1-9][0-9]{2})(?: ([^\0-\x08\x0a-\x1f\x7f]*))?$/;
/** CR and LF only as a pair; of the other control characters only the tab (RFC 9110, 5.5). */
const oddOctet = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)|(?<!\r)\n/;
/** Fits into a double; a body of a petabyte comes from nobody. */
const lengthForm = /^[0-9]{1,15}$/;

/**
 * Reads the head of an answer strictly: what two readers could understand differently is refused. `text` is what comes
 * before the empty line, without its last CRLF; `method` is the request's. Throws `bad-answer`.
 */
export function parseAnswerHead(text: string, method: string): AnswerHead {
  if (oddOctet.test(text)) throw refuse('its head holds control characters or bare line breaks');
  const lineEnd = text.indexOf('\r\n');
  const line = statusLine.exec(lineEnd < 0 ? text : text.slice(0, lineEnd));
  if (line === null) throw refuse('its first line is not a status line of HTTP/1');
  const fields = parseFields(lineEnd < 0 ? '' : text.slice(lineEnd + 2));
  const found = readConnectionFields(fields);
  const status = Number(line[2]);
  const isOld = line[1] === '0';
  const framing = decideFraming(method, status, isOld, found);
  return {
    status,
    reason: line[3] ?? '',
    rawHeaders: fields.rawHeaders,
    names: fields.names,
    connection: found.connection,
    upgrade: found.upgrade,
    framing,
    contentLength: framing === 'length' ? Number(found.lengths[0]) : 0,
    keepsAlive: !isOld && framing !== 'close' && !holdsWord(found.connection, 'close'),
  };
}

/** Reads header lines that hold no odd octets. Throws `bad-answer`. */
export function parseFields(text: string): Fields {
  const rawHeaders: string[] = [];
  const names: HeaderName[] = [];
  for (let start = 0; start < text.length; ) {
    const next = text.indexOf('\r\n', start);
    const end = next < 0 ? text.length : next;
    const colon = text.indexOf(':', start);
    const came = text.slice(start, colon < 0 || colon > end ? start : colon);
    const name = readHeaderName(came);
    // A folded line begins with white space, which is in no name; nor is white space before the colon.
    if (!name.isToken) throw refuse('it has a header without a proper name');
    rawHeaders.push(came, trimBlanks(text, colon + 1, end));
    names.push(name);
    start = end + 2;
  }
  return { rawHeaders, names };
}

/** Throws `bad-answer` for octets that may be in no header, in no trailer and in no line between chunks. */
export function refuseOddOctets(text: string): void {
  if (oddOctet.test(text)) throw refuse('it holds control characters or bare line breaks');
}

/** Only space and tab are white space to HTTP (RFC 9110, 5.6.3). */
function trimBlanks(text: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && isBlank(text.charCodeAt(start))) start += 1;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

interface ConnectionFields {
  readonly connection: string[];
  readonly upgrade: string[];
  readonly lengths: string[];
  readonly codings: string[];
}

function readConnectionFields({ names, rawHeaders }: Fields): ConnectionFields {
  const found: ConnectionFields = { connection: [], upgrade: [], lengths: [], codings: [] };
  for (let index = 0; index < names.length; index += 1) {
    const list = pickList(found, names[index]?.lower);
    list?.push(rawHeaders[index * 2 + 1] ?? '');
  }
  return found;
}

function pickList(found: ConnectionFields, name: string | undefined): string[] | undefined {
  switch (name) {
    case 'content-length':
      return found.lengths;
    case 'transfer-encoding':
      return found.codings;
    case 'connection':
      return found.connection;
    case 'upgrade':
      return found.upgrade;
    default:
      return undefined;
  }
}

function decideFraming(method: string, status: number, isOld: boolean, found: ConnectionFields): Framing {
  const { lengths, codings } = found;
  if (lengths.length > 1) throw refuse('it has more than one Content-Length');
  if (lengths[0] !== undefined && !lengthForm.test(lengths[0])) throw refuse('its Content-Length is no number');
  if (codings.length > 0) {
    if (lengths.length > 0) throw refuse('it has both a Content-Length and a Transfer-Encoding');
    if (isOld) throw refuse('it has a Transfer-Encoding, which HTTP/1.0 does not know');
    if (codings.length > 1 || codings[0]?.toLowerCase() !== 'chunked') {
      throw refuse('it comes in a transfer coding that nobody asked for');
    }
  }
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return 'none';
  if (codings.length > 0) return 'chunked';
  return lengths.length > 0 ? 'length' : 'close';
}

/** An error about an answer, with the reason for the log. */
export function refuse(reason: string): ProxyError {
  return new ProxyError('bad-answer', 'The server sent an answer that is not HTTP.', { cause: new Error(reason) });
}

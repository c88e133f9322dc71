import { holdsWord } from '../headers/raw-headers.js';
import { type ConnectionFields, readConnectionFields } from '../message/connection-fields.js';
import { type Fields, parseFields, readLength, refuseOddOctets } from '../message/fields.js';
import { Malformed } from '../message/malformed.js';

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

/**
 * Reads the head of an answer strictly: what two readers could understand differently is refused. `text` is what comes
 * before the empty line, without its last CRLF; `method` is the request's. Throws `Malformed`.
 */
export function parseAnswerHead(text: string, method: string): AnswerHead {
  refuseOddOctets(text);
  const lineEnd = text.indexOf('\r\n');
  const line = statusLine.exec(lineEnd < 0 ? text : text.slice(0, lineEnd));
  if (line === null) throw new Malformed('its first line is not a status line of HTTP/1');
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

function decideFraming(method: string, status: number, isOld: boolean, found: ConnectionFields): Framing {
  const { lengths, codings } = found;
  readLength(lengths);
  if (codings.length > 0) {
    if (lengths.length > 0) throw new Malformed('it has both a Content-Length and a Transfer-Encoding');
    if (isOld) throw new Malformed('it has a Transfer-Encoding, which HTTP/1.0 does not know');
    if (codings.length > 1 || codings[0]?.toLowerCase() !== 'chunked') {
      throw new Malformed('it comes in a transfer coding that nobody asked for');
    }
  }
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return 'none';
  if (codings.length > 0) return 'chunked';
  return lengths.length > 0 ? 'length' : 'close';
}

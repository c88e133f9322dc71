import type { RawHeaders } from '../headers/raw-headers.js';
import { parseFields, refuseOddOctets } from './fields.js';
import { Malformed } from './malformed.js';

/** 2^48 bytes in one chunk, and no doubt about the number. */
const mostSizeDigits = 12;
/** A size with its extensions; nobody uses those. */
const longestSizeLine = 4096;
/** Of one body: a chunk of one byte with a long extension each would be an upload that nobody sees. */
const mostExtensionBytes = 16 * 1024;
const longestTrailers = 64 * 1024;
const sizeLine =
  /^([0-9A-Fa-f]+)(?:;[!#$%&'*+\-.^_`|~\w]+(?:=(?:[!#$%&'*+\-.^_`|~\w]+|"[\t\x20\x21\x23-\x5b\x5d-\x7e]*"))?)*$/;

const cr = 0x0d;
const lf = 0x0a;

/**
 * Takes the chunks off a body (RFC 9112, 7.1), strictly: lines end with CRLF, sizes are plain hexadecimal numbers.
 * Extensions are read over.
 */
export class ChunkedBody {
  #state: 'size' | 'data' | 'data-end' | 'trailers' | 'done' = 'size';
  /** What has come of a line that is not finished. */
  #line = '';
  #leftBytes = 0;
  #extensionBytes = 0;
  #trailers: RawHeaders = [];

  get isDone(): boolean {
    return this.#state === 'done';
  }

  get trailers(): RawHeaders {
    return this.#trailers;
  }

  /** Reads on at `offset`; returns where it stopped, which is the end of the bytes or of the body. Throws `Malformed`. */
  read(bytes: Buffer, offset: number, onData: (data: Buffer) => boolean): number {
    let at = offset;
    while (at < bytes.length && this.#state !== 'done') {
      if (this.#state === 'data') {
        const end = Math.min(bytes.length, at + this.#leftBytes);
        this.#leftBytes -= end - at;
        if (this.#leftBytes === 0) this.#state = 'data-end';
        if (!onData(bytes.subarray(at, end))) return end;
        at = end;
      } else {
        at = this.#readLine(bytes, at);
      }
    }
    return at;
  }

  #readLine(bytes: Buffer, offset: number): number {
    const most = this.#state === 'trailers' ? longestTrailers : longestSizeLine;
    const found = bytes.indexOf(lf, offset);
    const end = found < 0 ? bytes.length : found + 1;
    if (this.#line.length + end - offset > most) throw new Malformed('a line between its chunks is too long');
    this.#line += bytes.toString('latin1', offset, end);
    if (found < 0) return end;
    if (this.#line.charCodeAt(this.#line.length - 2) !== cr)
      throw new Malformed('a line between its chunks ends with a bare LF');
    this.#takeLine();
    return end;
  }

  #takeLine(): void {
    switch (this.#state) {
      case 'size':
        this.#takeSize(this.#line.slice(0, -2));
        break;
      case 'data-end':
        if (this.#line !== '\r\n') throw new Malformed('a chunk is longer than its size');
        this.#state = 'size';
        break;
      default:
        // Trailers end with an empty line; until then the lines are gathered.
        if (this.#line !== '\r\n' && !this.#line.endsWith('\r\n\r\n')) return;
        this.#takeTrailers(this.#line.slice(0, -2));
    }
    this.#line = '';
  }

  #takeSize(line: string): void {
    const digits = sizeLine.exec(line)?.[1];
    if (digits === undefined || digits.length > mostSizeDigits) throw new Malformed('the size of a chunk is no number');
    this.#extensionBytes += line.length - digits.length;
    if (this.#extensionBytes > mostExtensionBytes) throw new Malformed('the extensions of its chunks are too long');
    this.#leftBytes = Number.parseInt(digits, 16);
    this.#state = this.#leftBytes === 0 ? 'trailers' : 'data';
  }

  #takeTrailers(lines: string): void {
    refuseOddOctets(lines);
    this.#trailers = parseFields(lines).rawHeaders;
    this.#state = 'done';
  }
}

import type { RawHeaders } from '../../headers/raw-headers.js';
import { type Body, expectBody } from '../../message/body.js';
import { refuseOddPart } from '../../message/fields.js';
import { Malformed } from '../../message/malformed.js';
import { headTooLarge } from '../answer-parse-error.js';
import { beginsLikeRequest, type Http1Head, readHttp1Head } from './read-http1-head.js';

/** Who is told of the bodies of requests. */
export interface BodyEvents {
  onBody(bytes: Buffer): void;
  /** Not for a request without a body. */
  onBodyEnd(trailers: RawHeaders): void;
}

/** So much is looked at together for the end of a head: most heads are shorter. */
const windowBytes = 8 * 1024;

/** Reads requests off one connection, one after the other. */
export class RequestReader {
  readonly #events: BodyEvents;
  readonly #mostHeadBytes: number;
  #state: 'head' | 'body' | 'stopped' = 'head';
  /** What has come of a head that is not finished. */
  #headText = '';
  #head: Http1Head | undefined;
  #body: Body | undefined;

  constructor(events: BodyEvents, mostHeadBytes: number) {
    this.#events = events;
    this.#mostHeadBytes = mostHeadBytes;
  }

  /** Whether something of a request has come that is not all of it. */
  get isInside(): boolean {
    return this.#state === 'head' ? this.#headText !== '' : this.#state !== 'stopped';
  }

  /** A head that has just been read, once: its body is read next. */
  takeHead(): Http1Head | undefined {
    const head = this.#head;
    this.#head = undefined;
    return head;
  }

  /** Nothing is told any more. */
  stop(): void {
    this.#state = 'stopped';
  }

  /**
   * Reads on at `offset` until the end of a head, of the body or of the bytes; returns where it stopped. Throws
   * `Malformed` for what is not strictly HTTP, and `headers-too-large`.
   */
  read(bytes: Buffer, offset: number): number {
    if (this.#state === 'head') return this.#readHead(bytes, offset);
    if (this.#state === 'body') return this.#readBody(bytes, offset);
    return bytes.length;
  }

  #readHead(bytes: Buffer, offset: number): number {
    const windowEnd = Math.min(bytes.length, offset + windowBytes);
    const came = this.#headText + bytes.toString('latin1', offset, windowEnd);
    const start = skipEmptyLines(came);
    const text = start === 0 ? came : came.slice(start);
    const before = Math.max(0, this.#headText.length - start);
    const end = text.indexOf('\r\n\r\n', Math.max(0, before - 3));
    if ((end < 0 ? text.length : end) > this.#mostHeadBytes) throw headTooLarge(this.#mostHeadBytes);
    if (end < 0) {
      if (!beginsLikeRequest(text.startsWith('\r') ? '' : text))
        throw new Malformed('it does not begin like a request');
      refuseOddPart(text, before);
      this.#headText = text;
      return windowEnd;
    }
    this.#headText = '';
    const head = readHttp1Head(text.slice(0, end));
    this.#begin(head);
    return windowEnd - (text.length - end - 4);
  }

  #begin(head: Http1Head): void {
    const { framing, contentLength } = head;
    if (head.isUpgrade || head.fault !== undefined) this.#state = 'stopped';
    else if (framing !== 'none') this.#state = 'body';
    this.#body = framing === 'none' ? undefined : expectBody(framing, contentLength);
    this.#head = head;
  }

  #readBody(bytes: Buffer, offset: number): number {
    const body = this.#body;
    if (body === undefined) throw new Malformed('it has no body');
    const end = body.read(bytes, offset, this.#tellBody);
    if (body.isDone) this.#finish(body.trailers);
    return end;
  }

  readonly #tellBody = (bytes: Buffer): boolean => {
    this.#events.onBody(bytes);
    return this.#state === 'body';
  };

  #finish(trailers: RawHeaders): void {
    if (this.#state === 'stopped') return;
    this.#state = 'head';
    this.#body = undefined;
    this.#events.onBodyEnd(trailers);
  }
}

/** RFC 9112, 2.2: empty lines before a request are read over. */
function skipEmptyLines(text: string): number {
  let start = 0;
  while (text.startsWith('\r\n', start)) start += 2;
  return start;
}

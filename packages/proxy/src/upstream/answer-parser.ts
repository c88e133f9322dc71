import type { RawHeaders } from '../headers/raw-headers.js';
import { type Body, expectBody, SizedBody } from '../message/body.js';
import { refuseOddPart } from '../message/fields.js';
import { Malformed } from '../message/malformed.js';
import { type AnswerHead, parseAnswerHead } from './answer-head.js';

/** What a parser tells, in the order in which it comes. */
export interface AnswerEvents {
  onInformation(status: number, rawHeaders: RawHeaders): void;
  /** See `UpstreamHandler.onAnswer`. */
  onAnswer(answer: AnswerHead, whole: string | undefined, bodyFollows: boolean): void;
  onBody(bytes: Buffer): void;
  onEnd(trailers: RawHeaders): void;
  onUpgrade(answer: AnswerHead, rest: Buffer): void;
}

const longestHead = 64 * 1024;
/** A head with a body of this size is told at once: one write instead of two. */
const longestWhole = 16 * 1024;
const mostInformation = 64;
const beginning = 'HTTP/1.';
const noTrailers: RawHeaders = [];
const noBytes = Buffer.alloc(0);

/** Reads answers off one connection, one at a time. Every method throws `Malformed` for what is not strictly HTTP. */
export class AnswerParser {
  readonly #events: AnswerEvents;
  #state: 'idle' | 'head' | 'body' | 'close' | 'stopped' = 'idle';
  #method = '';
  #mayUpgrade = false;
  #keepsAlive = false;
  #information = 0;
  /** What has come of a head that is not finished. */
  #headText = '';
  #body: Body | undefined;

  constructor(events: AnswerEvents) {
    this.#events = events;
  }

  /** Whether no answer is being waited for or read. */
  get isIdle(): boolean {
    return this.#state === 'idle';
  }

  /** Whether something of the answer has come. */
  get hasBegun(): boolean {
    return this.#state !== 'head' || this.#headText !== '' || this.#information > 0;
  }

  /** Whether the connection may be used again: the last answer is complete, and the target said nothing beyond it. */
  get keepsAlive(): boolean {
    return this.#state === 'idle' && this.#keepsAlive;
  }

  /** How many bytes of the body are known to be still on their way. */
  get leftBytes(): number {
    return this.#body instanceof SizedBody ? this.#body.leftBytes : 0;
  }

  /** The next answer is for this request. */
  begin(method: string, mayUpgrade: boolean): void {
    this.#state = 'head';
    this.#method = method;
    this.#mayUpgrade = mayUpgrade;
    this.#information = 0;
  }

  /** Nothing is told any more. */
  stop(): void {
    this.#state = 'stopped';
  }

  push(bytes: Buffer): void {
    let offset = 0;
    while (offset < bytes.length) {
      if (this.#state === 'head') offset = this.#readHead(bytes, offset);
      else if (this.#state === 'body') offset = this.#readBody(bytes, offset);
      else {
        if (this.#state === 'close') this.#events.onBody(offset === 0 ? bytes : bytes.subarray(offset));
        this.#keepsAlive = false; // in the state `idle`: more than was promised
        return;
      }
    }
  }

  /** The target has said all that it will say. True when that completes an answer. */
  end(): boolean {
    if (this.#state !== 'close') return false;
    this.#finish(noTrailers);
    return true;
  }

  #readHead(bytes: Buffer, offset: number): number {
    const before = this.#headText.length;
    const windowEnd = Math.min(bytes.length, offset + longestWhole);
    const text = this.#headText + bytes.toString('latin1', offset, windowEnd);
    const end = text.indexOf('\r\n\r\n', Math.max(0, before - 3));
    if (Math.max(end, before) > longestHead) throw new Malformed('its head is too long');
    if (end < 0) {
      // A server that speaks another protocol may be waiting for our next word.
      if (!text.startsWith(beginning.slice(0, text.length))) throw new Malformed('it does not begin like HTTP/1');
      refuseOddPart(text, before);
      this.#headText = text;
      return windowEnd;
    }
    this.#headText = '';
    const answer = parseAnswerHead(text.slice(0, end), this.#method);
    const bodyAt = offset + end + 4 - before;
    if (answer.status < 200) return this.#takeInformation(answer, bytes, bodyAt);
    return this.#takeAnswer(answer, text.slice(end + 4), bytes.length - bodyAt, bodyAt);
  }

  #takeInformation(answer: AnswerHead, bytes: Buffer, bodyAt: number): number {
    if (answer.status === 101) {
      if (!this.#mayUpgrade) throw new Malformed('it switches to another protocol, which nobody asked for');
      this.#state = 'stopped';
      this.#events.onUpgrade(answer, bodyAt === bytes.length ? noBytes : bytes.subarray(bodyAt));
      return bytes.length;
    }
    this.#information += 1;
    if (this.#information > mostInformation) throw new Malformed('it announces itself without end');
    this.#events.onInformation(answer.status, answer.rawHeaders);
    return bodyAt;
  }

  /** `text` is what of the body stands in the string already, `cameBytes` how many bytes have come. */
  #takeAnswer(answer: AnswerHead, text: string, cameBytes: number, bodyAt: number): number {
    const { framing, contentLength } = answer;
    this.#keepsAlive = answer.keepsAlive;
    if (framing === 'none' || (framing === 'length' && contentLength <= text.length)) {
      this.#state = 'idle';
      this.#events.onAnswer(answer, text.slice(0, contentLength), false);
      return bodyAt + contentLength;
    }
    this.#state = framing === 'close' ? 'close' : 'body';
    this.#body = framing === 'close' ? undefined : expectBody(framing, contentLength);
    this.#events.onAnswer(answer, undefined, cameBytes > 0);
    return bodyAt;
  }

  #readBody(bytes: Buffer, offset: number): number {
    const body = this.#body;
    if (body === undefined) throw new Malformed('it has no body');
    const end = body.read(bytes, offset, this.#tellBody);
    if (body.isDone && this.#state === 'body') this.#finish(body.trailers);
    return end;
  }

  readonly #tellBody = (bytes: Buffer): boolean => {
    this.#events.onBody(bytes);
    return this.#state === 'body';
  };

  #finish(trailers: RawHeaders): void {
    this.#state = 'idle';
    this.#body = undefined;
    this.#events.onEnd(trailers);
  }
}

import type { Socket } from 'node:net';
import type { ClientRequest } from '../../client-exchange.js';
import { joinHeaders, type RawHeaders } from '../../headers/raw-headers.js';
import type { Lender } from '../../reading/read-buffers.js';
import type { Http1Head } from './read-http1-head.js';

type DataListener = (bytes: Buffer, lender: Lender) => void;
type Listener = () => void;

/** A request of HTTP/1, told by its connection what has come of it. What nobody listens to is dropped. */
export class Http1Request implements ClientRequest {
  readonly method: string;
  readonly url: string;
  readonly httpVersion: string;
  readonly rawHeaders: string[];
  rawTrailers: string[] = [];
  readonly socket: Socket;
  #headers: ClientRequest['headers'] | undefined;
  #isComplete = false;
  #isPaused = false;
  #isClosed = false;
  #onData: DataListener[] = [];
  #onEnd: Listener[] = [];
  #onClose: Listener[] = [];

  constructor(head: Http1Head, socket: Socket) {
    this.method = head.method;
    this.url = head.url;
    this.httpVersion = head.httpVersion;
    this.rawHeaders = head.rawHeaders;
    this.socket = socket;
    this.#isComplete = head.framing === 'none';
  }

  get headers(): ClientRequest['headers'] {
    this.#headers ??= joinHeaders(this.rawHeaders);
    return this.#headers;
  }

  get complete(): boolean {
    return this.#isComplete;
  }

  on(event: 'data' | 'end', listener: DataListener | Listener): this {
    if (event === 'data') this.#onData.push(listener);
    else this.#onEnd.push(listener as Listener);
    return this;
  }

  once(_event: 'close', listener: Listener): this {
    this.#onClose.push(listener);
    return this;
  }

  off(event: 'data' | 'end', listener: DataListener | Listener): this {
    if (event === 'data') this.#onData = this.#onData.filter((each) => each !== listener);
    else this.#onEnd = this.#onEnd.filter((each) => each !== listener);
    return this;
  }

  /** No more of the body, but for what has been read already. */
  pause(): this {
    if (this.#isComplete) return this;
    this.#isPaused = true;
    this.socket.pause();
    return this;
  }

  resume(): this {
    if (!this.#isPaused) return this;
    this.#isPaused = false;
    this.socket.resume();
    return this;
  }

  isPaused(): boolean {
    return this.#isPaused;
  }

  /** More of the body has come. */
  take(bytes: Buffer, lender: Lender): void {
    for (const listener of this.#onData) listener(bytes, lender);
  }

  /** All of the body has come. */
  end(trailers: RawHeaders): void {
    this.#isComplete = true;
    this.resume();
    this.rawTrailers = [...trailers];
    for (const listener of this.#onEnd) listener();
    this.close();
  }

  /** Nothing comes any more. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const listener of this.#onClose) listener();
  }
}

import type { ServerHttp2Stream } from 'node:http2';
import type { ClientLine, ClientRequest } from '../../client-exchange.js';
import { readHttp2Trailers, type TranslatedHead } from './read-http2-head.js';

/** One stream of a connection, as far as counts and limits go. */
export class StreamLine implements ClientLine {
  readonly encrypted = true;
  readonly remoteAddress: string | undefined;
  /** Of bodies alone: heads are compressed together with those of other streams. */
  bytesRead = 0;
  bytesWritten = 0;
  readonly #stream: ServerHttp2Stream;

  constructor(stream: ServerHttp2Stream, remoteAddress: string | undefined) {
    this.#stream = stream;
    this.remoteAddress = remoteAddress;
  }

  destroy(): void {
    this.#stream.destroy(new Error('The request was given up.')); // `close` would end an answer as if it were complete
  }
}

/** A request of HTTP/2 in the form of one of HTTP/1.1. */
export class Http2Request implements ClientRequest {
  readonly httpVersion = '1.1';
  readonly method: string;
  readonly url: string;
  readonly rawHeaders: string[];
  readonly headers: ClientRequest['headers'];
  rawTrailers: string[] = [];
  readonly socket: StreamLine;
  readonly #stream: ServerHttp2Stream;
  #isComplete: boolean;
  #onEnd: (() => void)[] = [];

  constructor(stream: ServerHttp2Stream, head: TranslatedHead, remoteAddress: string | undefined) {
    this.#stream = stream;
    this.method = head.method;
    this.url = head.url;
    this.rawHeaders = head.rawHeaders;
    this.headers = head.headers;
    this.socket = new StreamLine(stream, remoteAddress);
    this.#isComplete = stream.endAfterHeaders;
    stream.once('end', this.#end);
    stream.on('trailers', (_trailers: unknown, _flags: number, rawTrailers?: string[]) => {
      this.#takeTrailers(rawTrailers ?? []);
    });
    if (stream.endAfterHeaders) stream.resume(); // its end must be noticed
  }

  get complete(): boolean {
    return this.#isComplete;
  }

  on(event: 'data' | 'end', listener: ((bytes: Buffer) => void) | (() => void)): this {
    if (event === 'end') {
      this.#onEnd.push(listener as () => void);
      return this;
    }
    if (this.#stream.listenerCount('data') === 0) this.#stream.on('data', this.#count);
    this.#stream.on('data', listener);
    return this;
  }

  once(event: 'close', listener: () => void): this {
    this.#stream.once(event, listener);
    return this;
  }

  off(event: 'data' | 'end', listener: ((bytes: Buffer) => void) | (() => void)): this {
    if (event === 'end') this.#onEnd = this.#onEnd.filter((each) => each !== listener);
    else this.#stream.off('data', listener);
    return this;
  }

  pause(): this {
    this.#stream.pause();
    return this;
  }

  resume(): this {
    this.#stream.resume();
    return this;
  }

  isPaused(): boolean {
    return this.#stream.isPaused();
  }

  /** Node ends a stream that was reset, too: what came of it is then no whole request. */
  readonly #end = (): void => {
    if (this.#stream.closed) return;
    this.#isComplete = true;
    for (const listener of this.#onEnd) listener();
  };

  readonly #count = (bytes: Buffer): void => {
    this.socket.bytesRead += bytes.length;
  };

  #takeTrailers(rawTrailers: string[]): void {
    try {
      this.rawTrailers = readHttp2Trailers(rawTrailers);
    } catch {
      this.socket.destroy();
    }
  }
}

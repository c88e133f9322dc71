import type { OutgoingHttpHeaders } from 'node:http';
import { constants, type OutgoingHttpHeaders as Http2Headers, type ServerHttp2Stream } from 'node:http2';
import type { ClientAnswer } from '../../client-exchange.js';
import { eachHeader, type RawHeaders } from '../../headers/raw-headers.js';
import type { Http2Request } from './http2-request.js';

/** The answer on a stream of HTTP/2. On a stream that is gone nothing happens any more. */
export class Http2Answer implements ClientAnswer {
  readonly req: Http2Request;
  readonly socket: unknown = undefined;
  statusCode = 200;
  /** Means nothing here: a request that is not over when its answer is, is reset. */
  shouldKeepAlive = true;
  #mayHaveTrailers = false;
  #trailers: [string, string][] = [];
  readonly #stream: ServerHttp2Stream;

  constructor(stream: ServerHttp2Stream, request: Http2Request) {
    this.req = request;
    this.#stream = stream;
    stream.once('finish', () => this.#finish());
    stream.once('wantTrailers', () => {
      stream.sendTrailers(toHeaders(this.#trailers.flat()));
      this.#endRequest();
    });
  }

  get headersSent(): boolean {
    return this.#stream.headersSent;
  }

  get writableEnded(): boolean {
    return this.#stream.writableEnded;
  }

  get writableLength(): number {
    return this.#stream.writableLength;
  }

  get destroyed(): boolean {
    return this.#stream.destroyed || this.#stream.closed;
  }

  get chunkedEncoding(): boolean {
    return this.#mayHaveTrailers;
  }

  writeHead(status: number, _reason?: string, headers: OutgoingHttpHeaders | string[] = {}): void {
    if (this.destroyed) return;
    this.statusCode = status;
    const said = Array.isArray(headers) ? toHeaders(headers) : lowerCase(headers);
    this.#mayHaveTrailers = said['content-length'] === undefined;
    this.#stream.respond({ ...said, ':status': status }, { waitForTrailers: this.#mayHaveTrailers });
  }

  writeContinue(): void {
    this.#inform({ ':status': 100 });
  }

  writeProcessing(): void {
    this.#inform({ ':status': 102 });
  }

  writeEarlyHints({ link }: { link: string[] }): void {
    this.#inform({ ':status': 103, link });
  }

  write(body: Buffer | string, doneOrEncoding?: (() => void) | BufferEncoding): void {
    const done = typeof doneOrEncoding === 'function' ? doneOrEncoding : undefined;
    if (this.destroyed || this.writableEnded || body.length === 0) done?.();
    else {
      this.req.socket.bytesWritten += body.length;
      this.#stream.write(body, done);
    }
  }

  addTrailers(trailers: [string, string][]): void {
    this.#trailers = trailers;
  }

  end(body: Buffer | string = '', encoding: BufferEncoding = 'utf8'): void {
    if (this.destroyed || this.writableEnded) return;
    // An empty chunk behind others would tell them as written while nghttp2 still has to send them from their memory.
    if (body.length === 0) {
      this.#stream.end();
      return;
    }
    this.req.socket.bytesWritten += Buffer.byteLength(body, encoding);
    this.#stream.end(body, encoding);
  }

  /** A reset (INTERNAL_ERROR). `close` would say END_STREAM before, and the client would take it for complete. */
  destroy(): void {
    if (!this.destroyed) this.#stream.destroy(new Error('The answer broke off.'));
  }

  on(event: 'close' | 'drain' | 'error', listener: () => void): this {
    this.#stream.on(event, listener);
    return this;
  }

  once(event: 'close', listener: () => void): this {
    this.#stream.once(event, listener);
    return this;
  }

  #inform(headers: Http2Headers): void {
    if (!this.destroyed && !this.headersSent) this.#stream.additionalHeaders(headers);
  }

  #finish(): void {
    this.#stream.resume(); // else the end of the request would never be noticed
    if (!this.#mayHaveTrailers) this.#endRequest();
  }

  /** RFC 9113, 8.1: the answer is whole, and nobody wants the rest of the request. */
  #endRequest(): void {
    if (!this.req.complete) this.#stream.close(constants.NGHTTP2_NO_ERROR);
  }
}

/** As node:http2 wants them. What came twice is joined (RFC 9110, 5.3), but for Set-Cookie. */
export function toHeaders(rawHeaders: RawHeaders): Http2Headers {
  const headers: Http2Headers = Object.create(null);
  for (const [name, value] of eachHeader(rawHeaders)) {
    const key = name.toLowerCase();
    const before = headers[key];
    if (before === undefined) headers[key] = key === 'set-cookie' ? [value] : value;
    else if (Array.isArray(before)) before.push(value);
    else headers[key] = `${before}, ${value}`;
  }
  return headers;
}

function lowerCase(headers: OutgoingHttpHeaders): Http2Headers {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

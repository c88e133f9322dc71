import { type OutgoingHttpHeaders, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { ClientAnswer } from '../../client-exchange.js';
import { readHeaderName } from '../../headers/header-name.js';
import { formatHeaders } from '../../headers/raw-headers.js';
import type { Http1Request } from './http1-request.js';

type Listener = () => void;

/** The answer to a request of HTTP/1. On a connection that is gone nothing happens any more. */
export class Http1Answer implements ClientAnswer {
  readonly req: Http1Request;
  readonly socket: Socket;
  statusCode = 200;
  headersSent = false;
  writableEnded = false;
  chunkedEncoding = false;
  /** Whether the connection may carry another request. */
  shouldKeepAlive: boolean;
  readonly #idleMs: number;
  /** Head that waits for the first bytes behind it. */
  #head = '';
  #hasBody = true;
  #trailers = '';
  #isClosed = false;
  readonly #onClose: Listener[] = [];
  readonly #onDrain: Listener[] = [];

  /** `idleMs`: how long the client may wait before it asks again. */
  constructor(request: Http1Request, keepsAlive: boolean, idleMs: number) {
    this.req = request;
    this.socket = request.socket;
    this.shouldKeepAlive = keepsAlive;
    this.#idleMs = idleMs;
  }

  get writableLength(): number {
    return this.socket.writableLength;
  }

  get destroyed(): boolean {
    return this.#isClosed || this.socket.destroyed;
  }

  writeHead(status: number, reason?: string, headers: OutgoingHttpHeaders | string[] = []): void {
    if (this.headersSent) throw new Error('The head of the answer has been sent already.');
    const fields = Array.isArray(headers) ? headers : flatten(headers);
    this.statusCode = status;
    this.headersSent = true;
    this.#hasBody = this.req.method !== 'HEAD' && status !== 204 && status !== 304;
    this.#head = `HTTP/1.1 ${status} ${reason ?? STATUS_CODES[status] ?? ''}\r\n${formatHeaders(fields)}${this.#describe(fields)}\r\n`;
  }

  writeContinue(): void {
    this.#inform('100 Continue\r\n');
  }

  writeProcessing(): void {
    this.#inform('102 Processing\r\n');
  }

  writeEarlyHints({ link }: { link: string[] }): void {
    this.#inform(`103 Early Hints\r\nLink: ${link.join(', ')}\r\n`);
  }

  write(body: Buffer | string, doneOrEncoding?: Listener | BufferEncoding): void {
    const done = typeof doneOrEncoding === 'function' ? doneOrEncoding : undefined;
    const encoding = typeof doneOrEncoding === 'string' ? doneOrEncoding : 'utf8';
    if (this.writableEnded || !this.socket.writable) {
      done?.();
      return;
    }
    const bytes = typeof body === 'string' ? Buffer.from(body, encoding) : body;
    if (!this.#hasBody || bytes.length === 0) {
      this.#send(this.#takeHead());
      done?.();
      return;
    }
    const before = this.chunkedEncoding ? `${this.#takeHead()}${bytes.length.toString(16)}\r\n` : this.#takeHead();
    if (before === '') {
      this.socket.write(bytes, done);
      return;
    }
    this.socket.cork();
    this.socket.write(before, 'latin1');
    this.socket.write(bytes, done);
    if (this.chunkedEncoding) this.socket.write('\r\n', 'latin1');
    this.socket.uncork();
  }

  addTrailers(trailers: [string, string][]): void {
    this.#trailers = formatHeaders(trailers.flat());
  }

  end(body: Buffer | string = '', encoding: BufferEncoding = 'utf8'): void {
    if (this.writableEnded) return;
    if (typeof body === 'string' && encoding === 'latin1' && !this.chunkedEncoding) {
      this.writableEnded = true;
      this.#send(this.#takeHead() + (this.#hasBody ? body : ''), this.#flushed);
      return;
    }
    this.socket.cork();
    if (body.length > 0) this.write(typeof body === 'string' ? Buffer.from(body, encoding) : body);
    this.writableEnded = true;
    const last = this.chunkedEncoding && this.#hasBody ? `0\r\n${this.#trailers}\r\n` : '';
    this.#send(this.#takeHead() + last, this.#flushed);
    this.socket.uncork();
  }

  /** Breaks it off, and the connection with it. */
  destroy(): void {
    if (!this.#isClosed) this.socket.destroy(); // later the connection may be another answer's
  }

  on(event: 'close' | 'drain' | 'error', listener: Listener): this {
    if (event === 'close') this.#onClose.push(listener);
    if (event === 'drain') this.#onDrain.push(listener);
    return this; // errors are the connection's; 'close' tells everybody who needs to know
  }

  once(event: 'close', listener: Listener): this {
    return this.on(event, listener); // it comes once
  }

  /** The client has read what waited for it. */
  drain(): void {
    for (const listener of this.#onDrain) listener();
  }

  /** All of it has gone out, or nothing more will. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const listener of this.#onClose) listener();
  }

  readonly #flushed = (error?: Error | null): void => {
    if (!error) this.close(); // else the connection's own end tells it
  };

  /** What the proxy itself says of the message, and of the connection. */
  #describe(fields: readonly string[]): string {
    let hasLength = false;
    let hasDate = false;
    for (let index = 0; index < fields.length; index += 2) {
      const { lower } = readHeaderName(fields[index] ?? '');
      if (lower === 'content-length') hasLength = true;
      else if (lower === 'date') hasDate = true;
    }
    let text = hasDate ? '' : `Date: ${readHttpDate()}\r\n`;
    if (this.#hasBody && !hasLength) {
      this.chunkedEncoding = this.req.httpVersion === '1.1';
      if (this.chunkedEncoding) text += 'Transfer-Encoding: chunked\r\n';
      else this.shouldKeepAlive = false; // only its end says where the body ends
    }
    if (!this.shouldKeepAlive) return `${text}Connection: close\r\n`;
    return `${text}Connection: keep-alive\r\nKeep-Alive: timeout=${Math.floor(this.#idleMs / 1000)}\r\n`;
  }

  #inform(text: string): void {
    if (!this.headersSent) this.#send(`HTTP/1.1 ${text}\r\n`);
  }

  #takeHead(): string {
    const head = this.#head;
    this.#head = '';
    return head;
  }

  #send(text: string, done?: (error?: Error | null) => void): void {
    if (!this.socket.writable) return;
    if (text !== '' || this.socket.writableLength > 0) this.socket.write(text, 'latin1', done);
    else if (done !== undefined) process.nextTick(done);
  }
}

const oddOctet = /[^\t\x20-\x7e\x80-\xff]/;

/** The proxy's own headers as a list. Throws a `TypeError` for what would be another line. */
function flatten(headers: OutgoingHttpHeaders): string[] {
  const fields: string[] = [];
  for (const [name, value] of Object.entries(headers)) {
    for (const each of Array.isArray(value) ? value : [value ?? '']) fields.push(name, String(each));
  }
  if (fields.some((text) => oddOctet.test(text)))
    throw new TypeError('A header of the answer holds a control character.');
  return fields;
}

let dateSecond = 0;
let dateText = '';

/** RFC 9110, 5.6.7; made once a second. */
function readHttpDate(): string {
  const second = Math.floor(Date.now() / 1000);
  if (second !== dateSecond) {
    dateSecond = second;
    dateText = new Date(second * 1000).toUTCString();
  }
  return dateText;
}

import type { Socket } from 'node:net';
import type { RawHeaders } from '../../headers/raw-headers.js';
import { Malformed } from '../../message/malformed.js';
import type { SharedConnection } from '../../open-connections.js';
import { ProxyError } from '../../proxy-error.js';
import { type Lender, ownLender } from '../../reading/read-buffers.js';
import { muchBytes, type ReadSocket, type SocketReader } from '../../reading/read-socket.js';
import type { ProxyTimeouts } from '../../timeouts.js';
import type { Sweeper, Swept } from '../../upstream/sweeper.js';
import { answerParseError } from '../answer-parse-error.js';
import { readClient } from './client-socket.js';
import { Http1Answer } from './http1-answer.js';
import { Http1Request } from './http1-request.js';
import { Http1Upgrade } from './http1-upgrade.js';
import type { Http1Head } from './read-http1-head.js';
import { RequestReader } from './request-reader.js';

/** How a connection behaves, and who deals with what comes on it. */
export interface ClientConnectionOptions {
  timeouts: ProxyTimeouts;
  sweeper: Sweeper;
  /** Whether connections come over TLS. */
  isSecure: boolean;
  /** The longest head of a request. */
  headerBytes: number;
  onRequest: (request: Http1Request, answer: Http1Answer, fault: ProxyError | undefined) => void;
  onUpgrade: (upgrade: Http1Upgrade, fault: ProxyError | undefined) => void;
  /** What came is no HTTP, and was answered with this status. */
  onNonsense: (socket: Socket, status: number) => void;
  /** It is closed, or was upgraded. */
  onGone: (socket: Socket) => void;
}

/** What a client may send ahead of the answer to its first request, and not be read for now. */
const mostAheadBytes = 64 * 1024;

/** Who asks again at the last moment that it was told must not find the connection closed. */
const graceMs = 1_000;

/**
 * One connection of a client that speaks HTTP/1: one request after the other. Of what a client sends before it has its
 * answer (pipelining) one head is read ahead, so that nonsense and an upgrade at the wrong time are noticed.
 */
export class ClientConnection implements Swept, SharedConnection, SocketReader {
  deadlineMs: number;
  wantsOwnBuffer = false;
  readonly #line: ReadSocket<Socket>;
  readonly #options: ClientConnectionOptions;
  readonly #reader: RequestReader;
  #request: Http1Request | undefined;
  #answer: Http1Answer | undefined;
  #isAnswered = false;
  #hasAsked = false;
  /** The request that waits for the answer to the one before, and the bytes behind its head. */
  #next: Http1Head | undefined;
  #ahead: Buffer[] = [];
  #aheadBytes = 0;
  #isRefused = false;
  #lender: Lender = ownLender;

  constructor(socket: Socket, options: ClientConnectionOptions) {
    const { sweeper, timeouts, headerBytes, isSecure } = options;
    this.#options = options;
    this.#reader = new RequestReader({ onBody: this.#takeBody, onBodyEnd: this.#endBody }, headerBytes);
    this.deadlineMs = performance.now() + timeouts.headersMs; // the clock of the sweeper, which may be late
    if (timeouts.silenceMs > 0) socket.setTimeout(timeouts.silenceMs).on('timeout', this.#onSilence);
    socket.on('drain', this.#onDrain).on('end', this.#onEnd).on('error', this.#onError).on('close', this.#onClose);
    this.#line = readClient(socket, this, isSecure);
    sweeper.watch(this);
  }

  get #socket(): Socket {
    return this.#line.socket;
  }

  /** No request is being answered. */
  get #isIdle(): boolean {
    return this.#answer === undefined;
  }

  /** The head of a request has not come in time, or no further request. */
  expire(): void {
    if (this.#isRefused || (this.#hasAsked && !this.#reader.isInside)) this.destroy();
    else this.#refuse(new ProxyError('header-timed-out', 'The head of the request did not arrive in time.'));
  }

  drain(): void {
    if (this.#isIdle) this.destroy();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  onBytes(bytes: Buffer, lender: Lender): void {
    this.#lender = lender;
    this.wantsOwnBuffer = bytes.length >= muchBytes;
    if (this.#next !== undefined) {
      this.#keepAhead(bytes);
      return;
    }
    const wasInside = this.#reader.isInside;
    try {
      this.#read(bytes);
    } catch (error) {
      if (error instanceof Malformed) this.#refuse(notHttp(error));
      else if (error instanceof ProxyError) this.#refuse(error);
      else throw error;
      return;
    }
    // A head that has begun does not get more time with each byte of it.
    if (this.#isIdle && this.#hasAsked && !wasInside && this.#reader.isInside) this.#expectHead();
  }

  #read(bytes: Buffer): void {
    for (let offset = 0; offset < bytes.length; ) {
      offset = this.#reader.read(bytes, offset);
      const head = this.#reader.takeHead();
      if (head === undefined) continue;
      const rest = bytes.subarray(offset);
      if (!this.#isIdle) {
        // Bytes of an upgraded connection among those of an earlier answer would be anybody's guess.
        if (head.isUpgrade) this.destroy();
        this.#next = head;
        this.#keepAhead(rest);
        return;
      }
      if (head.isUpgrade) {
        this.#upgrade(head, rest);
        return;
      }
      this.#begin(head);
    }
  }

  #begin(head: Http1Head): void {
    const request = new Http1Request(head, this.#socket);
    const answer = new Http1Answer(request, head.keepsAlive, this.#options.timeouts.idleMs);
    this.#request = request;
    this.#answer = answer;
    this.#isAnswered = false;
    this.#hasAsked = true;
    this.deadlineMs = Number.POSITIVE_INFINITY;
    if (request.complete) this.#expectNext(answer);
    this.#options.onRequest(request, answer, head.fault);
    answer.once('close', this.#onAnswered);
  }

  /** All of a request has come. Behind one that says that it is the last nothing is looked at. */
  #expectNext({ shouldKeepAlive }: Http1Answer): void {
    if (!shouldKeepAlive) this.#reader.stop();
  }

  #upgrade(head: Http1Head, rest: Buffer): void {
    const { timeouts, onUpgrade } = this.#options;
    const upgrade = new Http1Upgrade(new Http1Request(head, this.#socket), this.#line, Buffer.from(rest));
    const socket = this.#socket;
    socket.pause(); // until there is somebody to read on
    socket.off('drain', this.#onDrain).off('end', this.#onEnd);
    socket.off('error', this.#onError).off('close', this.#onClose);
    if (timeouts.silenceMs > 0) socket.setTimeout(0).off('timeout', this.#onSilence);
    this.#leave();
    onUpgrade(upgrade, head.fault);
  }

  #keepAhead(bytes: Buffer): void {
    if (bytes.length > 0) this.#ahead.push(Buffer.from(bytes));
    this.#aheadBytes += bytes.length;
    if (this.#aheadBytes > mostAheadBytes) this.#socket.pause();
  }

  readonly #takeBody = (bytes: Buffer): void => {
    this.#request?.take(bytes, this.#lender);
  };

  readonly #endBody = (trailers: RawHeaders): void => {
    if (this.#answer !== undefined) this.#expectNext(this.#answer);
    this.#request?.end(trailers);
    if (this.#isAnswered && this.#socket.writable) this.#settle();
  };

  readonly #onAnswered = (): void => {
    this.#isAnswered = true;
    if (!this.#socket.writable) return; // it is closed, or about to be
    if (this.#answer?.shouldKeepAlive !== true) {
      this.#reader.stop();
      this.#socket.destroySoon();
    } else if (this.#request?.complete === true) this.#settle();
  };

  /** Request and answer are through: on to the next one. */
  #settle(): void {
    this.#request = undefined;
    this.#answer = undefined;
    const head = this.#next;
    if (head === undefined) {
      if (this.#reader.isInside) this.#expectHead();
      else this.deadlineMs = performance.now() + this.#options.timeouts.idleMs + graceMs;
      return;
    }
    const ahead = this.#ahead.length > 1 ? Buffer.concat(this.#ahead) : this.#ahead[0];
    this.#next = undefined;
    this.#ahead = [];
    this.#aheadBytes = 0;
    this.#socket.resume();
    this.#begin(head);
    if (ahead !== undefined) this.onBytes(ahead, ownLender);
  }

  #expectHead(): void {
    this.deadlineMs = performance.now() + this.#options.timeouts.headersMs;
  }

  /** What came is not to be read on. */
  #refuse(error: ProxyError): void {
    this.#isRefused = true;
    this.#reader.stop();
    this.#expectHead(); // as long the client may take to read what it is told
    const status = answerParseError(error, this.#socket, this.#answer?.headersSent === true);
    if (status !== undefined) this.#options.onNonsense(this.#socket, status);
  }

  #leave(): void {
    this.#reader.stop();
    this.#options.sweeper.forget(this);
    this.#options.onGone(this.#socket);
  }

  readonly #onDrain = (): void => {
    this.#answer?.drain();
  };

  /** A client that closes its half counts as gone. */
  readonly #onEnd = (): void => {
    if (this.#next === undefined && this.#reader.isInside) this.#refuse(notHttp());
    else this.#socket.end();
  };

  readonly #onSilence = (): void => {
    if (!this.#isIdle) this.destroy();
  };

  readonly #onError = (): void => {
    this.destroy(); // 'close' follows
  };

  readonly #onClose = (): void => {
    this.#leave();
    this.#request?.close();
    this.#answer?.close();
  };
}

function notHttp(cause?: Malformed): ProxyError {
  return new ProxyError('bad-request', 'The request is not HTTP.', { cause });
}

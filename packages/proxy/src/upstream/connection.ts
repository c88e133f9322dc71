import type { RawHeaders } from '../headers/raw-headers.js';
import { Malformed } from '../message/malformed.js';
import { ProxyError } from '../proxy-error.js';
import { type Lender, ownLender } from '../reading/read-buffers.js';
import { muchBytes, type SocketReader } from '../reading/read-socket.js';
import type { Target } from '../routes/target.js';
import type { AnswerHead } from './answer-head.js';
import { AnswerParser } from './answer-parser.js';
import { BodySender } from './body-sender.js';
import type { Sweeper, Swept } from './sweeper.js';
import { openTargetSocket, type TargetSocket } from './target-socket.js';
import type { TargetTls } from './target-tls.js';
import type { UpstreamHandler, UpstreamRequest } from './upstream.js';

/** How a connection behaves. All times are in milliseconds. */
export interface ConnectionOptions {
  target: Target;
  sweeper: Sweeper;
  tls?: TargetTls | undefined;
  /** How long the target may take to accept it. */
  connectMs: number;
  /** How long it is kept without a request. */
  idleMs: number;
  /** How long the target may take to begin an answer; 0: as long as it likes. */
  answerMs: number;
  /** It may get the next request. */
  onIdle: (connection: Connection) => void;
  /** It is gone, or belongs to somebody else. */
  onGone: (connection: Connection) => void;
}

/** For whom a connection works. */
export interface Asker {
  readonly request: UpstreamRequest;
  readonly handler: UpstreamHandler;
  /** The connection broke before the answer; `begun`: in the middle of its head. */
  onLost(cause: Error, begun: boolean): void;
}

/**
 * One connection to a target: one request after the other, each with its answer. Whatever leaves a doubt about the
 * framing ends it, and so does a target that speaks without being asked.
 */
export class Connection implements Swept, SocketReader {
  deadlineMs = Number.POSITIVE_INFINITY;
  wantsOwnBuffer = false;
  readonly #options: ConnectionOptions;
  readonly #target: TargetSocket;
  readonly #parser: AnswerParser;
  #asker: Asker | undefined;
  #isAnswered = false;
  #sender: BodySender | undefined;
  #requests = 0;
  #lender: Lender = ownLender;
  #failure: Error | undefined;
  #isPaused = false;
  #isGone = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#parser = new AnswerParser(this);
    this.#target = openTargetSocket(options.target, this, options.tls);
    const { socket } = this.#target;
    const timer = setTimeout(() => {
      socket.destroy(new Error(`The connection was not accepted within ${options.connectMs} ms.`));
    }, options.connectMs);
    socket.once(options.target.secure ? 'secureConnect' : 'connect', () => clearTimeout(timer));
    socket.once('close', () => clearTimeout(timer));
    socket.on('error', this.#onError);
    socket.on('end', this.#onSocketEnd);
    socket.on('close', this.#onSocketClose);
    options.sweeper.watch(this);
  }

  /** Whether it has carried more than one request: then the target may have closed it in the meantime. */
  get isReused(): boolean {
    return this.#requests > 1;
  }

  send(asker: Asker): void {
    const { request, handler } = asker;
    const { socket } = this.#target;
    this.#asker = asker;
    this.#isAnswered = false;
    this.#requests += 1;
    this.#parser.begin(request.method, request.upgrade);
    this.#awaitAnswer();
    socket.write(request.head, 'latin1');
    if (request.body === undefined) return;
    const onProgress = (): void => {
      if (!this.#isAnswered) this.#awaitAnswer();
      handler.onProgress();
    };
    const onSent = (): void => {
      this.#sender = undefined;
    };
    this.#sender = new BodySender({ body: request.body, socket, chunked: request.chunked, onProgress, onSent });
  }

  /** Ends it if it still works for this asker, who is told nothing more. */
  abort(asker: Asker): void {
    if (this.#asker === asker) this.destroy();
  }

  pause(asker: Asker): void {
    if (this.#asker !== asker || this.#isPaused) return;
    this.#isPaused = true;
    this.#target.socket.pause();
  }

  resume(asker: Asker): void {
    if (this.#asker === asker) this.#resume();
  }

  /** Ends it; nobody is told anything more. */
  destroy(): void {
    this.#leave();
    this.#target.socket.destroy();
  }

  expire(): void {
    if (this.#asker === undefined) this.destroy();
    else this.#fail(new ProxyError('target-away', 'The server did not answer in time.'));
  }

  onBytes(bytes: Buffer, lender: Lender): void {
    if (this.#asker === undefined) {
      this.destroy(); // what it says unasked would be taken for the answer to the next request
      return;
    }
    this.#lender = lender;
    try {
      this.#parser.push(bytes);
    } catch (error) {
      this.#fail(error instanceof Malformed ? badAnswer(error) : ProxyError.from(error));
      return;
    }
    this.wantsOwnBuffer = bytes.length >= muchBytes || this.#parser.leftBytes >= muchBytes;
    if (this.#parser.isIdle) this.#settle();
  }

  onInformation(status: number, rawHeaders: RawHeaders): void {
    this.#asker?.handler.onInformation(status, rawHeaders);
  }

  onAnswer(answer: AnswerHead, whole: string | undefined, bodyFollows: boolean): void {
    this.#isAnswered = true;
    this.deadlineMs = Number.POSITIVE_INFINITY;
    this.#asker?.handler.onAnswer(answer, whole, bodyFollows);
  }

  onBody(bytes: Buffer): void {
    this.#asker?.handler.onBody(bytes, this.#lender);
  }

  onEnd(trailers: RawHeaders): void {
    this.#asker?.handler.onEnd(trailers);
  }

  onUpgrade(answer: AnswerHead, rest: Buffer): void {
    const handler = this.#asker?.handler;
    const { socket } = this.#target;
    this.#leave();
    socket.off('end', this.#onSocketEnd).off('close', this.#onSocketClose).off('error', this.#onError);
    handler?.onUpgrade(answer, this.#target, Buffer.from(rest));
  }

  /** The answer is complete: on to the next request, if nothing speaks against it. */
  #settle(): void {
    const isBodyUnsent = this.#sender !== undefined;
    if (isBodyUnsent || !this.#parser.keepsAlive || !this.#target.socket.writable) {
      this.destroy();
      return;
    }
    this.#asker = undefined;
    this.wantsOwnBuffer = false;
    this.#resume();
    this.deadlineMs = this.#options.sweeper.nowMs + this.#options.idleMs;
    this.#options.onIdle(this);
  }

  #awaitAnswer(): void {
    const { answerMs, sweeper } = this.#options;
    this.deadlineMs = answerMs === 0 ? Number.POSITIVE_INFINITY : sweeper.nowMs + answerMs;
  }

  #resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#target.socket.resume();
  }

  #fail(error: ProxyError): void {
    const asker = this.#asker;
    this.destroy();
    if (this.#isAnswered) asker?.handler.onBreak();
    else asker?.handler.onError(error);
  }

  #lose(cause: Error): void {
    const asker = this.#asker;
    const begun = this.#parser.hasBegun;
    this.destroy();
    if (this.#isAnswered) asker?.handler.onBreak();
    else asker?.onLost(cause, begun);
  }

  /** From now on it is nobody's, or somebody else's. */
  #leave(): void {
    this.#asker = undefined;
    this.#parser.stop();
    this.#sender?.stop();
    this.#sender = undefined;
    if (this.#isGone) return;
    this.#isGone = true;
    this.#options.sweeper.forget(this);
    this.#options.onGone(this);
  }

  readonly #onError = (error: Error): void => {
    this.#failure = error; // 'close' follows
  };

  readonly #onSocketEnd = (): void => {
    if (this.#asker !== undefined && this.#parser.end()) this.#settle();
    else this.#lose(new Error('The connection was closed without an answer.'));
  };

  readonly #onSocketClose = (): void => {
    if (!this.#isGone) this.#lose(this.#failure ?? new Error('The connection was closed.'));
  };
}

function badAnswer(cause: Malformed): ProxyError {
  return new ProxyError('bad-answer', 'The server sent an answer that is not HTTP.', { cause });
}

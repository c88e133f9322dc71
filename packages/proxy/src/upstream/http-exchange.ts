import type { ClientRequest, IncomingMessage, InformationEvent } from 'node:http';
import type { Duplex } from 'node:stream';
import { filterTrailers } from '../headers/raw-headers.js';
import { ProxyError } from '../proxy-error.js';
import type { UpstreamAnswer, UpstreamEvents, UpstreamExchange, UpstreamRequest } from './upstream.js';

interface HttpExchangeOptions {
  request: UpstreamRequest;
  events: UpstreamEvents;
  /** Begins the request on a kept connection, or on a fresh one. */
  open: (fresh: boolean) => ClientRequest;
  secure: boolean;
  connectMs: number;
}

/** A dead kept connection shows as one of these. */
const staleCodes: ReadonlySet<unknown> = new Set(['ECONNRESET', 'EPIPE']);

/** One request and its answer by node:http, with one retry for a kept connection that the target had closed. */
export class HttpExchange implements UpstreamExchange {
  readonly #options: HttpExchangeOptions;
  #outgoing: ClientRequest;
  #settled = false;
  #connected = false;

  constructor(options: HttpExchangeOptions) {
    this.#options = options;
    this.#outgoing = this.#begin(false);
    this.#sendBody(options.request.body);
  }

  abort(): void {
    this.#settled = true;
    this.#options.request.body?.unpipe(this.#outgoing);
    this.#outgoing.destroy();
  }

  #begin(fresh: boolean): ClientRequest {
    const outgoing = this.#options.open(fresh);
    outgoing.once('socket', (socket) => this.#watchConnect(outgoing, socket));
    outgoing.on('information', (info) => this.#takeInformation(info));
    outgoing.once('response', (answer) => this.#settle(() => this.#options.events.onAnswer(readAnswer(answer))));
    outgoing.once('upgrade', (answer, socket, head) => this.#takeUpgrade(answer, socket, head));
    // Kept for the whole life of the request: an error after the answer shows on the answer's body as well.
    outgoing.on('error', (error) => this.#fail(error, fresh));
    outgoing.once('close', () => this.#fail(new Error('The connection was closed without an answer.'), true));
    return outgoing;
  }

  /** The body is sent once: only requests without one are ever repeated. */
  #sendBody(body: IncomingMessage | undefined): void {
    const outgoing = this.#outgoing;
    if (body === undefined) {
      outgoing.end();
      return;
    }
    outgoing.flushHeaders(); // the target may want to see them before the first byte of the body exists
    body.on('data', () => {
      if (this.#connected) this.#options.events.onProgress();
    });
    body.pipe(outgoing, { end: false });
    body.once('end', () => {
      const trailers = filterTrailers(body.rawTrailers);
      if (trailers.length > 0) outgoing.addTrailers(trailers);
      outgoing.end();
    });
  }

  #watchConnect(outgoing: ClientRequest, socket: Duplex & { connecting?: boolean }): void {
    if (socket.connecting !== true) {
      this.#connected = true;
      return;
    }
    const { connectMs, secure } = this.#options;
    const timer = setTimeout(() => {
      outgoing.destroy(new Error(`The connection was not accepted within ${connectMs} ms.`));
    }, connectMs);
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      this.#connected = true;
      clearTimeout(timer);
    });
    socket.once('close', () => clearTimeout(timer));
  }

  #takeInformation(info: InformationEvent): void {
    if (!this.#settled) this.#options.events.onInformation(info.statusCode, info.rawHeaders);
  }

  #takeUpgrade(answer: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (this.#settled) socket.destroy();
    this.#settle(() => this.#options.events.onUpgrade(readAnswer(answer), socket, head));
  }

  #fail(error: Error & { code?: string }, final: boolean): void {
    if (this.#settled) return;
    const stale = this.#outgoing.reusedSocket && staleCodes.has(error.code);
    if (!final && stale && this.#options.request.repeatable && this.#options.request.body === undefined) {
      this.#outgoing.removeAllListeners('close');
      this.#outgoing = this.#begin(true);
      this.#outgoing.end();
      return;
    }
    this.#settle(() => this.#options.events.onError(describeFailure(error)));
  }

  #settle(tell: () => void): void {
    if (this.#settled) return;
    this.#settled = true;
    tell();
  }
}

function readAnswer(answer: IncomingMessage): UpstreamAnswer {
  const { statusCode = 0, statusMessage = '', rawHeaders } = answer;
  return { status: statusCode, reason: statusMessage, headers: rawHeaders, body: answer };
}

function describeFailure(cause: Error & { code?: string }): ProxyError {
  if (cause.code?.startsWith('HPE_')) {
    return new ProxyError('bad-answer', 'The server sent an answer that is not HTTP.', { cause });
  }
  return new ProxyError('target-away', 'The server does not answer at the moment.', { cause });
}

import type { ClientRequest } from '../client-exchange.js';
import type { RawHeaders } from '../headers/raw-headers.js';
import type { ProxyError } from '../proxy-error.js';
import type { Lender } from '../reading/read-buffers.js';
import type { AnswerHead } from './answer-head.js';
import type { TargetSocket } from './target-socket.js';

/** A request as it goes to a target: everything about it has been decided. */
export interface UpstreamRequest {
  readonly method: string;
  /** From the request line to the empty line, in octets (one UTF-16 unit an octet). */
  readonly head: string;
  /** Streamed to the target, with its trailers if it is chunked; without it the request ends with its head. */
  readonly body: ClientRequest | undefined;
  readonly chunked: boolean;
  /** Whether the same request may be sent a second time when a kept connection turns out to be dead. */
  readonly repeatable: boolean;
  /** Whether the target may switch protocols. */
  readonly upgrade: boolean;
}

/**
 * What becomes of a request. First one of `onError`, `onUpgrade` and `onAnswer`; after `onAnswer` without a whole body
 * come any number of `onBody`, and then one of `onEnd` and `onBreak`. Nothing comes after `abort`.
 */
export interface UpstreamHandler {
  /** A 1xx answer on the way: 100 asks for the body, 102 and 103 are hints. */
  onInformation(status: number, rawHeaders: RawHeaders): void;
  /**
   * The head of the answer. `whole` is the whole body in octets, when it has come already: then nothing follows.
   * `bodyFollows` says that the first bytes of the body are here and will be told at once.
   */
  onAnswer(answer: AnswerHead, whole: string | undefined, bodyFollows: boolean): void;
  /** The bytes are good until this returns, longer only if `lender` sends them on. */
  onBody(bytes: Buffer, lender: Lender): void;
  onEnd(rawTrailers: RawHeaders): void;
  /** The answer broke off in the middle. */
  onBreak(): void;
  /** The target switched protocols; `rest` is what it sent behind its answer. The socket is the handler's from now on. */
  onUpgrade(answer: AnswerHead, target: TargetSocket, rest: Buffer): void;
  onError(error: ProxyError): void;
  /** Bytes of the body went to a target that accepted the connection. */
  onProgress(): void;
}

/** A request that is on its way. */
export interface UpstreamExchange {
  /** Takes it back: its connection is closed if it is not finished. Safe to call at any time and again. */
  abort(): void;
  /** No more of the answer for now. */
  pause(): void;
  resume(): void;
}

/** The kept connections to one target. */
export interface Upstream {
  send(request: UpstreamRequest, handler: UpstreamHandler): UpstreamExchange;
  /** Closes all connections, the busy ones too, but for upgraded ones, which belong to who took them. */
  close(): void;
}

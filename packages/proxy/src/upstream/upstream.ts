import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { RawHeaders } from '../headers/raw-headers.js';
import type { ProxyError } from '../proxy-error.js';

/** A request as it goes to a target: everything about it has been decided. */
export interface UpstreamRequest {
  readonly method: string;
  /** Path and query, the target's own prefix included. */
  readonly path: string;
  /** Complete, with Host and framing (`Content-Length` or `Transfer-Encoding: chunked`). */
  readonly headers: RawHeaders;
  /** Streamed to the target with its trailers; without it the request ends with its head. */
  readonly body?: IncomingMessage | undefined;
  /** Whether the same request may be sent a second time when a kept connection turns out to be dead. */
  readonly repeatable: boolean;
}

/** The head of an answer; `body` streams, and its `complete` tells a finished answer from one that broke off. */
export interface UpstreamAnswer {
  readonly status: number;
  readonly reason: string;
  readonly headers: RawHeaders;
  readonly body: IncomingMessage;
}

/**
 * What becomes of a request. Exactly one of `onAnswer`, `onUpgrade` and `onError` is called, and none after `abort`;
 * what breaks later shows on the answer's body or on the socket.
 */
export interface UpstreamEvents {
  onAnswer(answer: UpstreamAnswer): void;
  /** The target switched protocols; `head` is what it sent behind its answer. The socket is the caller's from now on. */
  onUpgrade(answer: UpstreamAnswer, socket: Duplex, head: Buffer): void;
  onError(error: ProxyError): void;
  /** A 1xx answer on the way: 100 asks for the body, 102 and 103 are hints. */
  onInformation(status: number, headers: RawHeaders): void;
  /** Bytes of the body went to a target that accepted the connection. */
  onProgress(): void;
}

/** Takes a request back: its connection is closed if it is not finished. Safe to call at any time and again. */
export interface UpstreamExchange {
  abort(): void;
}

/** The kept connections to one target. */
export interface Upstream {
  send(request: UpstreamRequest, events: UpstreamEvents): UpstreamExchange;
  /** Closes all connections, the busy ones too, but for upgraded ones, which belong to who took them. */
  close(): void;
}

import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import type { Lender } from './reading/read-buffers.js';

/**
 * What the proxy needs of a client's request and of the answer to it: an exchange on a connection of HTTP/1
 * (`public/http1`) or a stream of HTTP/2 (`public/http2`), in one form, so that there is one way for both. It is
 * node:http's form, which the admin API has too.
 */
export interface ClientRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  /** `1.0` or `1.1`; what came over HTTP/2 has been translated to 1.1. */
  readonly httpVersion: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: string[];
  /** Complete when the body has ended. */
  readonly rawTrailers: string[];
  /** Whether all of it has come. */
  readonly complete: boolean;
  readonly socket: ClientLine;
  /** The bytes are good until the listeners return, longer only if the lender sends them on; without one they stay. */
  on(event: 'data', listener: (bytes: Buffer, lender?: Lender) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
  once(event: 'close', listener: () => void): unknown;
  off(event: 'data', listener: (bytes: Buffer, lender?: Lender) => void): unknown;
  off(event: 'end', listener: () => void): unknown;
  pause(): unknown;
  resume(): unknown;
  isPaused(): boolean;
}

/** What a request came by: a connection, or one stream of it. */
export interface ClientLine {
  /** Nothing for a unix socket. */
  readonly remoteAddress?: string | undefined;
  /** Whether it came over TLS. */
  readonly encrypted?: boolean;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  destroy(): unknown;
}

/** The answer to a `ClientRequest`. */
export interface ClientAnswer {
  readonly req: ClientRequest;
  readonly socket: unknown;
  readonly statusCode: number;
  readonly headersSent: boolean;
  readonly writableEnded: boolean;
  /** Bytes that wait for the client to read. */
  readonly writableLength: number;
  readonly destroyed: boolean;
  /** Whether trailers may follow the body. */
  readonly chunkedEncoding: boolean;
  shouldKeepAlive: boolean;
  writeHead(status: number, reason?: string, headers?: OutgoingHttpHeaders | string[]): unknown;
  writeContinue(): void;
  writeProcessing(): void;
  writeEarlyHints(hints: { link: string[] }): void;
  write(bytes: Buffer, done?: () => void): unknown;
  write(text: string, encoding: BufferEncoding): unknown;
  addTrailers(trailers: [string, string][]): void;
  end(body?: Buffer): unknown;
  end(text: string, encoding?: BufferEncoding): unknown;
  /** Breaks it off. */
  destroy(): unknown;
  on(event: 'close' | 'drain' | 'error', listener: () => void): unknown;
  once(event: 'close', listener: () => void): unknown;
}

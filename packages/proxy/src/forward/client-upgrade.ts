import type { ClientAnswer, ClientRequest } from '../client-exchange.js';
import type { RawHeaders } from '../headers/raw-headers.js';
import type { ProxyError } from '../proxy-error.js';
import type { ReadSocket } from '../reading/read-socket.js';
import type { AnswerHead } from '../upstream/answer-head.js';
import type { SpliceOptions } from './splice.js';

/** A client's request to switch to another protocol, in whichever version of HTTP. */
export interface ClientUpgrade {
  readonly request: ClientRequest;
  /** Carries the bytes of the new protocol. */
  readonly carrier: ReadSocket;
  /** What the client sent behind its request. */
  readonly head: Buffer;
  /** Of the answer; nothing before there is one. */
  readonly status: number | undefined;
  /** Whether the target's 101 is meant for this handshake. */
  isAcceptedBy(answer: AnswerHead): boolean;
  /** Tells the client that the switch is done; `headers` are the target's. */
  accept(headers: RawHeaders): void;
  /** To be called with all that passes. */
  count(onData: SpliceOptions['onData']): SpliceOptions['onData'];
  /** Answers with an error and closes the connection. */
  fail(error: ProxyError): void;
  /** For an ordinary answer instead of an upgrade; the connection ends with it. */
  openResponse(): ClientAnswer;
}

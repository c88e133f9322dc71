import type { Socket } from 'node:net';
import type { ClientUpgrade } from '../../forward/client-upgrade.js';
import type { SpliceOptions } from '../../forward/splice.js';
import { formatHeaders, type RawHeaders } from '../../headers/raw-headers.js';
import type { ProxyError } from '../../proxy-error.js';
import type { ReadSocket, SocketReader } from '../../reading/read-socket.js';
import { replyError } from '../../reply/reply.js';
import { Http1Answer } from './http1-answer.js';
import type { Http1Request } from './http1-request.js';

/** A request of HTTP/1.1 to upgrade, with the bare socket that its connection leaves behind for it. */
export class Http1Upgrade implements ClientUpgrade {
  readonly request: Http1Request;
  readonly carrier: ReadSocket<Socket>;
  readonly head: Buffer;
  #isAccepted = false;
  #answer: Http1Answer | undefined;

  constructor(request: Http1Request, carrier: ReadSocket<Socket>, head: Buffer) {
    this.request = request;
    this.carrier = carrier;
    this.head = head;
    carrier.socket.on('error', destroy); // without a listener the process would end; 'close' tells the rest
  }

  get status(): number | undefined {
    return this.#isAccepted ? 101 : this.#answer?.statusCode;
  }

  /** The client compares by itself. */
  isAcceptedBy(): boolean {
    return true;
  }

  accept(headers: RawHeaders): void {
    this.#isAccepted = true;
    this.carrier.socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${formatHeaders(headers)}\r\n`,
      'latin1',
    );
  }

  /** The socket counts by itself. */
  count(onData: SpliceOptions['onData']): SpliceOptions['onData'] {
    return onData;
  }

  fail(error: ProxyError): void {
    replyError(this.request, this.openResponse(), error);
  }

  openResponse(): Http1Answer {
    this.#answer ??= this.#createAnswer();
    return this.#answer;
  }

  #createAnswer(): Http1Answer {
    const { request } = this;
    const { socket } = this.carrier;
    const answer = new Http1Answer(request, false, 0);
    socket.on('drain', () => answer.drain());
    socket.once('close', () => answer.close());
    answer.once('close', () => socket.end(() => socket.destroy())); // whether or not the client closes its half
    // The answer may say nothing more for hours: that the client leaves must be noticed.
    socket.once('end', () => socket.end());
    this.carrier.reader = nobody;
    socket.resume();
    return answer;
  }
}

/** What follows a handshake that was not accepted means nothing. */
const nobody: SocketReader = { wantsOwnBuffer: false, onBytes() {} };

/** Holds nothing of the handshake: the socket may be open for days. */
function destroy(this: Socket): void {
  this.destroy();
}

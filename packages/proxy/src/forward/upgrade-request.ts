import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { formatHeaders, type RawHeaders } from '../headers/raw-headers.js';
import type { ProxyError } from '../proxy-error.js';
import { replyError } from '../reply/reply.js';
import type { ClientUpgrade } from './client-upgrade.js';
import type { SpliceOptions } from './splice.js';

/** A request of HTTP/1.1 to upgrade, with the bare socket that Node leaves behind for it. */
export class UpgradeRequest implements ClientUpgrade {
  readonly request: IncomingMessage;
  readonly socket: Socket;
  readonly head: Buffer;
  #isAccepted = false;
  #response: ServerResponse | undefined;

  constructor(request: IncomingMessage, socket: Socket, head: Buffer) {
    this.request = request;
    this.socket = socket;
    this.head = head;
    socket.on('error', () => socket.destroy()); // without a listener the process would end; 'close' tells the rest
  }

  get status(): number | undefined {
    return this.#isAccepted ? 101 : this.#response?.statusCode;
  }

  /** The client compares by itself. */
  isAcceptedBy(): boolean {
    return true;
  }

  accept(headers: RawHeaders): void {
    this.#isAccepted = true;
    this.socket.write(
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

  openResponse(): ServerResponse {
    this.#response ??= this.#createResponse();
    return this.#response;
  }

  #createResponse(): ServerResponse {
    const { request, socket } = this;
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket);
    socket.on('drain', () => response.emit('drain'));
    response.on('error', () => socket.destroy());
    response.once('finish', () => {
      response.detachSocket(socket);
      socket.end(() => socket.destroy()); // whether or not the client closes its half
    });
    return response;
  }
}

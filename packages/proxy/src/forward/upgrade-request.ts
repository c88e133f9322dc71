import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ProxyError } from '../proxy-error.js';
import { replyError } from '../reply/reply.js';

/** A request to upgrade, with the bare socket that Node leaves behind for it. */
export class UpgradeRequest {
  readonly request: IncomingMessage;
  readonly socket: Socket;
  /** What the client sent behind its request. */
  readonly head: Buffer;
  /** Whether the answer was 101. */
  isAccepted = false;
  #response: ServerResponse | undefined;

  constructor(request: IncomingMessage, socket: Socket, head: Buffer) {
    this.request = request;
    this.socket = socket;
    this.head = head;
    socket.on('error', () => socket.destroy()); // without a listener the process would end; 'close' tells the rest
  }

  /** Of the answer; nothing before there is one. */
  get status(): number | undefined {
    return this.isAccepted ? 101 : this.#response?.statusCode;
  }

  /** Answers with an error and closes the connection. */
  fail(error: ProxyError): void {
    replyError(this.request, this.openResponse(), error);
  }

  /** For an ordinary answer instead of an upgrade; the connection ends with it. */
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

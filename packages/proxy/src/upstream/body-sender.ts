import type { Socket } from 'node:net';
import type { ClientRequest } from '../client-exchange.js';
import { filterTrailers, formatHeaders } from '../headers/raw-headers.js';
import { type Lender, nodesLender } from '../reading/read-buffers.js';

interface BodySenderOptions {
  body: ClientRequest;
  socket: Socket;
  chunked: boolean;
  onProgress: () => void;
  onSent: () => void;
}

/** The sender waits when so much has not gone out yet. */
const mostWaitingBytes = 64 * 1024;

/** Sends a request's body on as it comes, no faster than the target reads, newly framed. */
export class BodySender {
  readonly #options: BodySenderOptions;

  constructor(options: BodySenderOptions) {
    this.#options = options;
    const { body, socket } = options;
    body.on('data', this.#send);
    body.on('end', this.#end);
    socket.on('drain', this.#resume);
  }

  /** Nobody wants the rest. */
  stop(): void {
    const { body, socket } = this.#options;
    body.off('data', this.#send);
    body.off('end', this.#end);
    socket.off('drain', this.#resume);
  }

  readonly #send = (bytes: Buffer, lender: Lender = nodesLender): void => {
    const { body, socket, chunked, onProgress } = this.#options;
    if (!socket.connecting) onProgress();
    if (chunked) sendChunk(socket, bytes, lender);
    else lender.send(bytes, socket);
    if (socket.writableLength >= mostWaitingBytes) body.pause();
  };

  readonly #resume = (): void => {
    this.#options.body.resume();
  };

  readonly #end = (): void => {
    const { body, socket, chunked, onSent } = this.#options;
    this.stop();
    if (chunked) socket.write(`0\r\n${formatHeaders(filterTrailers(body.rawTrailers).flat())}\r\n`, 'latin1');
    onSent();
  };
}

function sendChunk(socket: Socket, bytes: Buffer, lender: Lender): void {
  socket.cork();
  socket.write(`${bytes.length.toString(16)}\r\n`, 'latin1');
  lender.send(bytes, socket);
  socket.write('\r\n', 'latin1');
  socket.uncork();
}

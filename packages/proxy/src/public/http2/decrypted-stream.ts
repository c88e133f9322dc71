import { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { giveBack } from '../../reading/give-back.js';

/**
 * What passes over a connection of TLS, as a stream that node:http2 takes for no socket of Node's.
 *
 * With a socket a session of HTTP/2 deals with its native half, which may say at once that a write has failed, because
 * the client is gone. When nghttp2 is reading meanwhile, node:http2 has it read the same bytes again from within, frees
 * them, and the process dies (nodejs/node#38964). From any other stream a session hears later, and what it is told it
 * is told from outside.
 */
export class DecryptedStream extends Duplex {
  readonly #socket: TLSSocket;

  constructor(socket: TLSSocket) {
    super();
    this.#socket = socket;
    socket.disableRenegotiation(); // node:http2 does it for sockets
    socket.on('data', (bytes: Buffer) => {
      if (!this.push(bytes)) socket.pause();
    });
    socket.once('end', () => this.push(null));
    socket.once('error', (error: Error) => this.destroy(error));
    socket.once('close', () => this.destroy());
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#send(chunk, done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    let left = chunks.length;
    const countDown = (error?: Error | null): void => {
      left -= 1;
      if (left === 0) done(error);
    };
    this.#socket.cork();
    for (const { chunk } of chunks) this.#send(chunk, countDown);
    this.#socket.uncork();
  }

  /** Each chunk is a copy that Node has made for this write: left to the garbage collector they cost a third of all time. */
  #send(chunk: Buffer, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, (error) => {
      if (!error) giveBack(chunk);
      done(error);
    });
  }

  override _final(done: () => void): void {
    this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }
}

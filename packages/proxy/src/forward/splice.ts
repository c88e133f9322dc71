import type { Duplex } from 'node:stream';
import { writeAndGiveBack } from '../upstream/give-back.js';
import type { Lender } from '../upstream/read-buffers.js';
import type { SocketReader } from '../upstream/target-socket.js';

/** The far end: a socket whose words come through a reader. */
export interface SpliceTarget {
  readonly socket: Duplex;
  reader: SocketReader;
}

/** How two ends are joined. */
export interface SpliceOptions {
  /** Called with every chunk, and whose it is. */
  onData: (bytes: Buffer, from: 'client' | 'target') => void;
  /** How long one side may take to close after the other one has. */
  lingerMs: number;
}

/** One side waits when so much has not reached the other one. */
const mostWaitingBytes = 64 * 1024;
const muchBytes = 32 * 1024;

/**
 * Joins a client and a target until both are closed: bytes go both ways, no faster than the other side reads; an end is
 * passed on as an end; when one side is gone the other one is, too, at the latest after `lingerMs`.
 */
export function splice(client: Duplex, target: SpliceTarget, options: SpliceOptions): void {
  new Splice(client, target, options).start();
}

class Splice implements SocketReader {
  wantsOwnBuffer = false;
  readonly #client: Duplex;
  readonly #target: SpliceTarget;
  readonly #options: SpliceOptions;
  #timer: NodeJS.Timeout | undefined;

  constructor(client: Duplex, target: SpliceTarget, options: SpliceOptions) {
    this.#client = client;
    this.#target = target;
    this.#options = options;
  }

  start(): void {
    const { socket } = this.#target;
    this.#client.on('data', (bytes: Buffer) => this.#send(bytes));
    this.#client.resume(); // it was held until now
    this.#client.on('drain', () => socket.resume());
    socket.on('drain', () => this.#client.resume());
    this.#watch(this.#client, socket);
    this.#watch(socket, this.#client);
    this.#target.reader = this;
    socket.resume();
  }

  onBytes(bytes: Buffer, lender: Lender): void {
    this.#options.onData(bytes, 'target');
    if (!this.#client.writable) return;
    this.wantsOwnBuffer = bytes.length >= muchBytes;
    this.#client.write(lender.keep(bytes), lender.release);
    if (this.#client.writableLength >= mostWaitingBytes) this.#target.socket.pause();
  }

  #send(bytes: Buffer): void {
    const { socket } = this.#target;
    this.#options.onData(bytes, 'client');
    if (!socket.writable) return;
    writeAndGiveBack(socket, bytes);
    if (socket.writableLength >= mostWaitingBytes) this.#client.pause();
  }

  #watch(one: Duplex, other: Duplex): void {
    one.on('error', ignore); // 'close' follows; what was said before still arrives
    const takeEnd = (): void => {
      other.end();
      this.#linger();
    };
    if (one.readableEnded) takeEnd();
    else one.once('end', takeEnd);
    one.once('close', () => {
      if (other.destroyed) {
        clearTimeout(this.#timer);
        return;
      }
      this.#linger();
      other.end(); // what is on its way to it still arrives
      other.resume(); // nobody wants what it says, but its own end must be noticed
    });
  }

  #linger(): void {
    this.#timer ??= setTimeout(() => {
      this.#client.destroy();
      this.#target.socket.destroy();
    }, this.#options.lingerMs);
  }
}

function ignore(): void {}

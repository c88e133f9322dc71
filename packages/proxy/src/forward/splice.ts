import type { Duplex } from 'node:stream';
import type { Lender } from '../reading/read-buffers.js';
import { muchBytes, type ReadSocket, type SocketReader } from '../reading/read-socket.js';

type Side = 'client' | 'target';

/** How two ends are joined. */
export interface SpliceOptions {
  /** Called with every chunk, and whose it is; the bytes are good until it returns. */
  onData: (bytes: Buffer, from: Side) => void;
  /** How long one side may take to close after the other one has. */
  lingerMs: number;
}

/** One side waits when so much has not reached the other one. */
const mostWaitingBytes = 64 * 1024;

/**
 * Joins a client and a target until both are closed: bytes go both ways, no faster than the other side reads; an end is
 * passed on as an end; when one side is gone the other one is, too, at the latest after `lingerMs`.
 */
export function splice(client: ReadSocket, target: ReadSocket, { onData, lingerMs }: SpliceOptions): void {
  const end = new CommonEnd(client.socket, target.socket, lingerMs);
  passOn('client', client, target.socket, onData);
  passOn('target', target, client.socket, onData);
  end.watch(client.socket, target.socket);
  end.watch(target.socket, client.socket);
}

function passOn(side: Side, from: ReadSocket, to: Duplex, onData: SpliceOptions['onData']): void {
  const { socket } = from;
  to.on('drain', () => socket.resume());
  from.reader = new Passage(side, socket, to, onData);
  socket.resume(); // it was held until now
}

/** One direction. */
class Passage implements SocketReader {
  wantsOwnBuffer = false;
  readonly #side: Side;
  readonly #from: Duplex;
  readonly #to: Duplex;
  readonly #onData: SpliceOptions['onData'];

  constructor(side: Side, from: Duplex, to: Duplex, onData: SpliceOptions['onData']) {
    this.#side = side;
    this.#from = from;
    this.#to = to;
    this.#onData = onData;
  }

  onBytes(bytes: Buffer, lender: Lender): void {
    this.#onData(bytes, this.#side);
    if (!this.#to.writable) return;
    this.wantsOwnBuffer = bytes.length >= muchBytes;
    lender.send(bytes, this.#to);
    if (this.#to.writableLength >= mostWaitingBytes) this.#from.pause();
  }
}

/** When one side leaves, the other one follows. */
class CommonEnd {
  readonly #sides: readonly Duplex[];
  readonly #lingerMs: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(client: Duplex, target: Duplex, lingerMs: number) {
    this.#sides = [client, target];
    this.#lingerMs = lingerMs;
  }

  watch(one: Duplex, other: Duplex): void {
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
      for (const side of this.#sides) side.destroy();
    }, this.#lingerMs);
  }
}

function ignore(): void {}

import type { OnReadOpts, Socket } from 'node:net';
import { bufferBytes, ReadBuffer } from '../lending/read-buffer.js';
import type { PacketLoan } from './packet-loan.js';

/** From so many bytes in one read on, more is likely to come, and memory of one's own pays. */
const muchBytes = 32 * 1024;
/** One for all connections that have little to say, because what is read is dealt with before anything else can be. */
const shared = Buffer.allocUnsafeSlow(bufferBytes);
const nothing = Buffer.alloc(0);
const loans = new WeakMap<Socket, PacketLoan>();

/** Options for a socket that carries SSH: it reads much at a time. Its `data` and everything else is as ever. */
export function readLargely(getSocket: () => Socket): OnReadOpts {
  const reader = new LargeReader(getSocket);
  return { buffer: reader.nextBuffer, callback: reader.take };
}

/**
 * From now on ssh2, which listens to the socket's `data`, gets whole packets and no copies of them where it and those
 * who listen to it keep nothing unasked. The connection must be signed in.
 */
export function lendReads(socket: Socket, loan: PacketLoan): void {
  loans.set(socket, loan);
}

class LargeReader {
  readonly #getSocket: () => Socket;
  #own: ReadBuffer | undefined;
  /** The beginning of a packet whose end has not come; read on behind it. */
  #rest = nothing;
  #comesMuch = false;

  constructor(getSocket: () => Socket) {
    this.#getSocket = getSocket;
  }

  /** Asked for before the first read and after each one. */
  readonly nextBuffer = (): Buffer => {
    const rest = this.#rest;
    this.#own?.finish();
    this.#own = this.#comesMuch || rest.length > 0 ? ReadBuffer.take() : undefined;
    if (this.#own === undefined) return shared;
    rest.copy(this.#own.bytes); // it may be the same memory
    this.#rest = this.#own.bytes.subarray(0, rest.length);
    return this.#own.bytes.subarray(rest.length);
  };

  readonly take = (count: number): boolean => {
    const socket = this.#getSocket();
    const own = this.#own;
    const bytes = (own?.bytes ?? shared).subarray(0, this.#rest.length + count);
    this.#rest = nothing;
    this.#comesMuch = count >= muchBytes;
    const isRead = socket.readableFlowing === true && socket.readableLength === 0;
    const loan = isRead ? loans.get(socket) : undefined;
    if (loan?.mayLend !== true) return socket.push(Buffer.from(bytes));
    const wholeBytes = loan.countWhole(bytes);
    if (wholeBytes > 0) loan.lend(own, bytes.subarray(0, wholeBytes), (packets) => socket.emit('data', packets));
    this.#rest = bytes.subarray(wholeBytes);
    return true;
  };
}

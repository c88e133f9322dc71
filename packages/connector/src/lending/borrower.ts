import type { Duplex } from 'node:stream';
import { ReadBuffer } from './read-buffer.js';

const borrowers = new WeakMap<object, Borrower>();

/**
 * Promises that the stream flows or is paused, and that all listeners of its `data` hold (`holdChunk`) what they keep
 * of a chunk beyond the call: then it may be lent chunks instead of getting copies.
 */
export function borrowChunks(stream: Duplex): void {
  borrowers.set(stream, new Borrower(stream));
}

/**
 * Keeps the memory of a chunk as it is until the function that comes back is called, once. A chunk that is nobody
 * else's needs no holding: then nothing comes back.
 */
export function holdChunk(chunk: Buffer): (() => void) | undefined {
  const owner = ReadBuffer.find(chunk);
  owner?.hold();
  return owner?.release;
}

/** A stream that may be lent chunks. What waits in it to be read is held here. */
export class Borrower {
  readonly #stream: Duplex;
  readonly #waiting: ReadBuffer[] = [];

  constructor(stream: Duplex) {
    this.#stream = stream;
    const read = stream.read.bind(stream);
    stream.read = (bytes?: number) => {
      const chunk: unknown = read(bytes);
      if (Buffer.isBuffer(chunk)) this.#settle(chunk);
      return chunk;
    };
    stream.once('close', () => {
      for (const buffer of this.#waiting.splice(0)) buffer.release();
    });
  }

  /** The borrower that a stream was made by `borrowChunks`. */
  static find(stream: object): Borrower | undefined {
    return borrowers.get(stream);
  }

  /** Has a chunk of this memory handed to the stream. */
  lend<Result>(owner: ReadBuffer, hand: () => Result): Result {
    const before = this.#stream.readableLength;
    const result = hand();
    if (this.#stream.readableLength > before) {
      owner.hold();
      this.#waiting.push(owner);
    }
    return result;
  }

  /** It has been read, and told: who keeps it holds it by now. */
  #settle(chunk: Buffer): void {
    const owner = ReadBuffer.find(chunk);
    const place = owner === undefined ? -1 : this.#waiting.indexOf(owner);
    if (place < 0) return;
    this.#waiting.splice(place, 1);
    owner?.release();
  }
}

import { canBeFreed, giveBack } from './give-back.js';

/** Where bytes go: a stream, or an answer. */
export interface Sink {
  write(bytes: Buffer, done?: (error?: Error | null) => void): unknown;
}

/** Whose memory bytes are that were just read. They are good until their reader returns, unless they are sent by this. */
export interface Lender {
  /** Writes them, as they are now; their memory is used again only when they have gone out. */
  send(bytes: Buffer, to: Sink): void;
}

/** What one read brings at most: with a quarter of it a stream takes a third more processor time, and an upload half more. */
const bufferBytes = 256 * 1024;
/** So many streams at once have buffers of their own (32 MB): what those hold who stop must not grow with their number. */
const mostBuffers = 128;

/** For bytes that are nobody else's. */
export const ownLender: Lender = {
  send: (bytes, to) => {
    if (!canBeFreed(bytes)) {
      to.write(bytes);
      return;
    }
    to.write(bytes, (error) => {
      if (!error) giveBack(bytes);
    });
  },
};

/** For bytes in memory that Node uses itself, too, as that of a session of HTTP/2 is: nothing is freed. */
export const nodesLender: Lender = { send: (bytes, to) => void to.write(bytes) };

/**
 * Where all connections read to that have little to say: one for the whole process, because what is read is dealt with
 * before anything else can be.
 */
export const sharedBuffer = Buffer.allocUnsafeSlow(bufferBytes);

/** For bytes in the shared buffer: what is sent is a copy. */
export const sharedLender: Lender = { send: (bytes, to) => ownLender.send(Buffer.from(bytes), to) };

const spare: ReadBuffer[] = [];
let usedBuffers = 0;

/** A buffer of one connection's own, for a stream of bytes: they are passed on without a copy. */
export class ReadBuffer implements Lender {
  readonly bytes = Buffer.allocUnsafeSlow(bufferBytes);
  #holders = 0;

  /** How many are held. */
  static get used(): number {
    return usedBuffers;
  }

  /** One that nobody holds, held by the caller until it calls `release`; nothing when too many are held already. */
  static take(): ReadBuffer | undefined {
    if (usedBuffers === mostBuffers) return undefined;
    usedBuffers += 1;
    const buffer = spare.pop() ?? new ReadBuffer();
    buffer.#holders = 1;
    return buffer;
  }

  send(bytes: Buffer, to: Sink): void {
    this.#holders += 1;
    to.write(bytes, this.release);
  }

  /** To be called once by each who holds it. */
  readonly release = (): void => {
    this.#holders -= 1;
    if (this.#holders > 0) return;
    usedBuffers -= 1;
    spare.push(this);
  };
}

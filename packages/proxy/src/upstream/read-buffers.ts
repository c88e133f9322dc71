/** Says how long bytes that were just read are good, to whom wants to keep them. */
export interface Lender {
  /** The same bytes, to be kept. */
  keep(bytes: Buffer): Buffer;
  /** Where there is one: to be called once for each `keep`, when those bytes are done with. */
  readonly release: (() => void) | undefined;
}

/** What one read brings at most. */
const bufferBytes = 64 * 1024;
/** Spare buffers that are kept for the next stream. */
const mostSpare = 64;

/**
 * Where all connections read to that have little to say: one for the whole process, because what is read is dealt with
 * before anything else can be.
 */
export const sharedBuffer = Buffer.allocUnsafeSlow(bufferBytes);

/** For bytes in the shared buffer: keeping is copying. */
export const sharedLender: Lender = { keep: (bytes) => Buffer.from(bytes), release: undefined };

/** For bytes that nobody else wants. */
export const freeLender: Lender = { keep: (bytes) => bytes, release: undefined };

const spare: ReadBuffer[] = [];

/** A buffer of one connection's own, for a stream of bytes: they are passed on without a copy. */
export class ReadBuffer implements Lender {
  readonly bytes = Buffer.allocUnsafeSlow(bufferBytes);
  #holders = 0;

  /** One that nobody holds, held by the caller until it calls `release`. */
  static take(): ReadBuffer {
    const buffer = spare.pop() ?? new ReadBuffer();
    buffer.#holders = 1;
    return buffer;
  }

  keep(bytes: Buffer): Buffer {
    this.#holders += 1;
    return bytes;
  }

  readonly release = (): void => {
    this.#holders -= 1;
    if (this.#holders === 0 && spare.length < mostSpare) spare.push(this);
  };
}

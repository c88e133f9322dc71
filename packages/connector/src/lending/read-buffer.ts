/** What one read brings at most: many SSH packets. */
export const bufferBytes = 512 * 1024;
/**
 * How many buffers may be held at once by those who were lent a part (32 MB): readers that stop must not hold memory
 * many times the size of what they wait for. As many wait to be used again.
 */
const mostBuffers = 64;

const owners = new WeakMap<ArrayBufferLike, ReadBuffer>();
const spare: ReadBuffer[] = [];
let heldBuffers = 0;

/**
 * Memory that an SSH connection reads into, and decrypts in. It is used again, perhaps by another user's connection,
 * once nobody holds a part of it: so a part that may have been kept without being held makes it useless for ever.
 */
export class ReadBuffer {
  readonly bytes = Buffer.allocUnsafeSlow(bufferBytes);
  #isBeingRead = true;
  #isAbandoned = false;
  #heldParts = 0;

  private constructor() {
    owners.set(this.bytes.buffer, this);
  }

  /** One that nobody else has, until `finish`. */
  static take(): ReadBuffer {
    const buffer = spare.pop();
    if (buffer === undefined) return new ReadBuffer();
    buffer.#isBeingRead = true;
    return buffer;
  }

  /** The one that a chunk is a part of. */
  static find(chunk: Buffer): ReadBuffer | undefined {
    return owners.get(chunk.buffer);
  }

  /** Whether parts may be lent at all: not when too much is held already. */
  static get mayBeLent(): boolean {
    return heldBuffers < mostBuffers;
  }

  /** What was read has been dealt with. */
  finish(): void {
    this.#isBeingRead = false;
    this.#recycle();
  }

  /** Somebody may have kept a part without holding it: the memory is left to the garbage collector. */
  abandon(): void {
    this.#isAbandoned = true;
  }

  hold(): void {
    if (this.#heldParts === 0) heldBuffers += 1;
    this.#heldParts += 1;
  }

  /** To be called once for each `hold`. */
  readonly release = (): void => {
    this.#heldParts -= 1;
    if (this.#heldParts > 0) return;
    heldBuffers -= 1;
    this.#recycle();
  };

  #recycle(): void {
    if (this.#isBeingRead || this.#isAbandoned || this.#heldParts > 0) return;
    if (spare.length < mostBuffers) spare.push(this);
  }
}

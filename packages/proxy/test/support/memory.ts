import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes of living objects and buffers in this process, and of what libraries like nghttp2 say they hold. */
export function readHeldBytes(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Remembers how many bytes the living buffers of this process take at most beyond those at the start. */
export class BufferGauge {
  readonly #startBytes = readBytes();
  #mostBytes = 0;
  #nextSampleAt = 0;

  /** Takes a sample each time that another tenth of the whole has passed: looking is slow. */
  watch(passedBytes: number, totalBytes: number): void {
    if (passedBytes < this.#nextSampleAt) return;
    this.#nextSampleAt = passedBytes + totalBytes / 10;
    this.sample();
  }

  sample(): void {
    this.#mostBytes = Math.max(this.#mostBytes, readBytes() - this.#startBytes);
  }

  get mostBytes(): number {
    return this.#mostBytes;
  }
}

function readBytes(): number {
  collectGarbage();
  return process.memoryUsage().arrayBuffers;
}

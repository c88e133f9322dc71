import type { Readable } from 'node:stream';

/** Collects what a process prints on both its outputs, up to `maxBytes` in sum; then it calls `onOverflow` once. */
export class OutputCollector {
  readonly #chunks: { stdout: Buffer[]; stderr: Buffer[] } = { stdout: [], stderr: [] };
  readonly #maxBytes: number;
  readonly #onOverflow: () => void;
  #bytes = 0;

  constructor(maxBytes: number, onOverflow: () => void) {
    this.#maxBytes = maxBytes;
    this.#onOverflow = onOverflow;
  }

  /** Starts to read; what comes after an overflow is read and dropped, so that the process can end. */
  collect(name: 'stdout' | 'stderr', stream: Readable): void {
    stream.on('data', (chunk: Buffer) => {
      if (this.#bytes > this.#maxBytes) return;
      this.#bytes += chunk.length;
      if (this.#bytes > this.#maxBytes) this.#onOverflow();
      else this.#chunks[name].push(chunk);
    });
  }

  /** All that came on one output so far, as UTF-8. */
  read(name: 'stdout' | 'stderr'): string {
    return Buffer.concat(this.#chunks[name]).toString('utf8');
  }

  /** The end of the standard error, for an error message; empty when there was none. */
  readLastWords(): string {
    return this.read('stderr').trim().slice(-500);
  }
}

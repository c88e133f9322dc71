import type { RawHeaders } from '../headers/raw-headers.js';
import { ChunkedBody } from './chunked-body.js';

/** Finds the end of a body, and tells what is in it. */
export interface Body {
  readonly isDone: boolean;
  readonly trailers: RawHeaders;
  /**
   * Reads on at `offset`; returns where it stopped, which is the end of the bytes or of the body, or before it where
   * `onData` says that nobody wants more. Throws `Malformed`.
   */
  read(bytes: Buffer, offset: number, onData: (data: Buffer) => boolean): number;
}

/** For a body that is not empty, whose head says how its end is known. */
export function expectBody(framing: 'length' | 'chunked', contentLength: number): Body {
  return framing === 'chunked' ? new ChunkedBody() : new SizedBody(contentLength);
}

/** A body whose length is known. */
export class SizedBody implements Body {
  readonly trailers: RawHeaders = [];
  #leftBytes: number;

  constructor(bytes: number) {
    this.#leftBytes = bytes;
  }

  get isDone(): boolean {
    return this.#leftBytes === 0;
  }

  /** How many bytes are still on their way. */
  get leftBytes(): number {
    return this.#leftBytes;
  }

  read(bytes: Buffer, offset: number, onData: (data: Buffer) => boolean): number {
    const end = Math.min(bytes.length, offset + this.#leftBytes);
    this.#leftBytes -= end - offset;
    onData(offset === 0 && end === bytes.length ? bytes : bytes.subarray(offset, end));
    return end;
  }
}

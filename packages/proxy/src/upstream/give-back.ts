import type { Writable } from 'node:stream';
import { MessageChannel } from 'node:worker_threads';

/** Smaller ones cost less where they are. */
const leastBytes = 4096;

/** Nobody is at its other end: memory that is handed over to it is freed. */
const nobody = new MessageChannel().port1;
nobody.close();

/** Writes a chunk that nobody needs any more once it has gone out. */
export function writeAndGiveBack(to: Writable, chunk: Buffer): void {
  to.write(chunk, (error) => {
    if (!error) giveBack(chunk);
  });
}

/**
 * Frees the memory of a chunk without waiting for the garbage collector: chunks in quick succession would make it go
 * through everything again and again, and the kernel would have to clear new memory for each. The chunk is empty
 * afterwards. One that shares its memory with others, or is small, is left alone.
 */
export function giveBack(chunk: Buffer): void {
  const { buffer, byteLength } = chunk;
  if (byteLength < leastBytes || byteLength !== buffer.byteLength) return;
  nobody.postMessage(null, [buffer as ArrayBuffer]);
}

import { MessageChannel } from 'node:worker_threads';

/** Smaller ones cost less where they are. */
const leastBytes = 4096;

/** Nobody is at its other end: memory that is handed over to it is freed. */
const nobody = new MessageChannel().port1;
nobody.close();

/**
 * Frees the memory of a chunk without waiting for the garbage collector: chunks in quick succession would make it go
 * through everything again and again, and the kernel would have to clear new memory for each. The chunk is empty
 * afterwards. One that shares its memory with others, or is small, is left alone.
 */
export function giveBack(chunk: Buffer): void {
  if (canBeFreed(chunk)) nobody.postMessage(null, [chunk.buffer as ArrayBuffer]);
}

/** Whether `giveBack` would do anything. */
export function canBeFreed({ buffer, byteLength }: Buffer): boolean {
  return byteLength >= leastBytes && byteLength === buffer.byteLength;
}

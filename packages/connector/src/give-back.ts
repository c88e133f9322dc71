import { MessageChannel } from 'node:worker_threads';
import { copiesPackets } from './ssh/large-reads.js';

/** Smaller chunks may share their memory with anything (`Buffer.poolSize`). */
const leastBytes = 8 * 1024;
/** What an SSH packet holds beside the data of a channel: lengths, numbers and padding. */
const mostAround = 300;

/** Nobody is at its other end: memory that is handed over to it is freed. */
const nobody = new MessageChannel().port1;
nobody.close();

/**
 * Frees the memory of a chunk of a stream from a site, which nobody needs any more, without waiting for the garbage
 * collector: chunks in quick succession would make it go through everything again and again, and the kernel would have
 * to clear new memory for each. The chunk is empty afterwards. One that shares its memory, or may, is left alone.
 */
export function giveBack(chunk: Buffer): void {
  const { buffer, byteLength } = chunk;
  if (!copiesPackets || byteLength <= leastBytes || buffer.byteLength - byteLength > mostAround) return;
  nobody.postMessage(null, [buffer as ArrayBuffer]);
}

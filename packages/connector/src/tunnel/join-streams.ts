import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { batchWrites } from '../batch-writes.js';
import { borrowChunks, holdChunk } from '../lending/borrower.js';
import { giveBack } from '../lending/give-back.js';

/** Once one side has finished, the other one may stay silent for so long. */
const halfOpenIdleMs = 300_000;

/**
 * Joins a client's socket and a stream to the far end, both ways, with backpressure. Either side may finish its half
 * (FIN, EOF) while the other goes on; when either is gone, so is the other.
 */
export function joinStreams(client: Socket, far: Duplex): void {
  borrowChunks(far);
  batchWrites(client);
  passOn(far, client, holdChunk);
  passOn(client, far, (chunk) => (error) => {
    if (!error) giveBack(chunk);
  });
  const expectEnd = () => client.setTimeout(halfOpenIdleMs, () => client.destroy());
  client.once('end', expectEnd);
  far.once('end', expectEnd);
  // An error is always followed by close, where both sides are ended; there is nobody to tell it to.
  client.on('error', () => {});
  far.on('error', () => client.destroy());
  client.once('close', () => discardStream(far));
  far.once('close', () => finishClient(client));
}

/** No faster than the other side takes it. `keep` holds a chunk and gives back what is to be done when it has gone out. */
function passOn(from: Duplex, to: Duplex, keep: (chunk: Buffer) => ((error?: Error | null) => void) | undefined): void {
  from.on('data', (chunk: Buffer) => {
    if (!to.writable) return; // it is about to close, and so is the other one
    if (!to.write(chunk, keep(chunk))) from.pause();
  });
  to.on('drain', () => from.resume());
  from.once('end', () => to.end());
}

/** Ends a stream that nobody reads. An SSH channel counts as closed only when it has been read to its end. */
export function discardStream(far: Duplex): void {
  far.removeAllListeners('data');
  far.on('error', () => {});
  far.resume();
  far.destroy();
}

// What has come from the far end still belongs to the client; only then it is cut off.
function finishClient(client: Socket): void {
  if (client.destroyed) return;
  client.end(() => client.destroy());
}

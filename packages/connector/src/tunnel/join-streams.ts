import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { borrowChunks, holdChunk } from '../lending/borrower.js';

/** Once one side has finished, the other one may stay silent for so long. */
const halfOpenIdleMs = 300_000;

/**
 * Joins a client's socket and a stream to the far end, both ways, with backpressure. Either side may finish its half
 * (FIN, EOF) while the other goes on; when either is gone, so is the other.
 */
export function joinStreams(client: Socket, far: Duplex): void {
  client.pipe(far);
  sendTogether(far, client);
  client.on('drain', () => far.resume());
  far.once('end', () => client.end());
  const expectEnd = () => client.setTimeout(halfOpenIdleMs, () => client.destroy());
  client.once('end', expectEnd);
  far.once('end', expectEnd);
  // An error is always followed by close, where both sides are ended; there is nobody to tell it to.
  client.on('error', () => {});
  far.on('error', () => client.destroy());
  client.once('close', () => discardStream(far));
  far.once('close', () => finishClient(client));
}

/** Writes on what comes, all that came in one read with one call: each would wake up the process at the other end. */
function sendTogether(far: Duplex, client: Socket): void {
  borrowChunks(far);
  let isHeld = false;
  const release = (): void => {
    isHeld = false;
    client.uncork();
  };
  far.on('data', (chunk: Buffer) => {
    if (!isHeld) {
      isHeld = true;
      client.cork();
      process.nextTick(release);
    }
    if (!client.write(chunk, holdChunk(chunk))) far.pause();
  });
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

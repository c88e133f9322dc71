import type { Duplex } from 'node:stream';
import { giveBack } from './lending/give-back.js';

type Done = (error?: Error | null) => void;

/**
 * Lets a stream send together what is written to it in one turn of the event loop: each call wakes up whoever reads at
 * the other end.
 */
export function batchWrites(stream: Duplex): void {
  let isHeld = false;
  const release = (): void => {
    isHeld = false;
    stream.uncork();
  };
  const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
  const writeHeld = (...args: unknown[]): boolean => {
    if (!isHeld) {
      isHeld = true;
      stream.cork();
      setImmediate(release);
    }
    return write(...args);
  };
  stream.write = writeHeld as Duplex['write'];
}

/** The same for ssh2, which writes every packet by itself, and keeps none: their memory is freed when they have gone out. */
export function batchPackets(stream: Duplex): void {
  batchWrites(stream);
  const write = stream.write.bind(stream) as (chunk: Buffer, done: Done) => boolean;
  stream.write = ((packet: Buffer) =>
    write(packet, (error) => {
      if (!error) giveBack(packet);
    })) as Duplex['write'];
}

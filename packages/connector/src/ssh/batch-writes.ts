import type { Duplex } from 'node:stream';

/**
 * Lets a stream send together what is written to it in one turn of the event loop. ssh2 writes every packet by itself;
 * with many channels on a connection that is a system call for each, and for the other side a read.
 */
export function batchWrites(stream: Duplex): void {
  const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
  let isHeld = false;
  const release = (): void => {
    isHeld = false;
    stream.uncork();
  };
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

import type { Duplex } from 'node:stream';

interface SpliceOptions {
  /** Called for every chunk in either direction. */
  onData: () => void;
  /** How long one side may take to close after the other one has. */
  lingerMs: number;
}

/**
 * Joins two sockets until both are closed: bytes go both ways, no faster than the other side reads; an end is passed
 * on as an end; when one side is gone the other one is, too, at the latest after `lingerMs`.
 */
export function splice(one: Duplex, other: Duplex, { onData, lingerMs }: SpliceOptions): void {
  let timer: NodeJS.Timeout | undefined;
  const linger = (): void => {
    timer ??= setTimeout(() => {
      one.destroy();
      other.destroy();
    }, lingerMs);
  };
  for (const [source, sink] of [
    [one, other],
    [other, one],
  ] as const) {
    source.on('data', onData);
    source.pipe(sink);
    source.once('end', linger);
    source.on('error', () => {}); // 'close' follows; what was said before still arrives
    source.once('close', () => {
      if (sink.destroyed) {
        clearTimeout(timer);
        return;
      }
      linger();
      sink.end(); // what is on its way to it still arrives
      sink.resume(); // nobody wants what it says, but its own end must be noticed
    });
  }
}

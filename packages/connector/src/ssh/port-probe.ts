import { openTcpSocket } from '../open-tcp-socket.js';

/** A port answered at once; only after a while, so it was away and is back; or not at all. */
export type Reach = 'at-once' | 'late' | 'never';

/** Longer than any way through a network that is there: the kernel repeats an unanswered packet after a second. */
const LATE_MS = 1000;

/** Asks whether a port can be reached: once for everybody who asks meanwhile. */
export class PortProbe {
  readonly #asked = new Map<string, Promise<Reach>>();

  /** Never rejects. */
  ask(host: string, port: number, timeoutMs: number): Promise<Reach> {
    const key = `${host} ${port}`;
    const asked = this.#asked.get(key) ?? knock(host, port, timeoutMs).finally(() => this.#asked.delete(key));
    this.#asked.set(key, asked);
    return asked;
  }
}

async function knock(host: string, port: number, timeoutMs: number): Promise<Reach> {
  const startedAt = performance.now();
  try {
    const never = new AbortController().signal;
    const socket = await openTcpSocket({ host, port, timeoutMs, allowHalfOpen: false, signal: never });
    socket.on('error', () => {});
    socket.destroy();
    return performance.now() - startedAt < LATE_MS ? 'at-once' : 'late';
  } catch {
    return 'never';
  }
}

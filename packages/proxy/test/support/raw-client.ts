import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { onTestFinished } from 'vitest';

/** A bare connection of this machine; that it breaks is no error. */
export async function openSocket(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** A bare connection that remembers what came. */
export class RawClient {
  readonly socket: Socket;
  #text = '';
  #closed = false;
  readonly #waiting = new Set<() => void>();

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk) => {
      this.#text += chunk.toString('latin1');
      for (const wake of [...this.#waiting]) wake();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#closed = true;
      for (const wake of [...this.#waiting]) wake();
    });
  }

  /** @param from the address that the proxy sees, of this machine */
  static async open(port: number, from = '127.0.0.1'): Promise<RawClient> {
    const socket = connect({ port, host: '127.0.0.1', localAddress: from, noDelay: true, allowHalfOpen: true });
    onTestFinished(() => void socket.destroy());
    await once(socket, 'connect');
    return new RawClient(socket);
  }

  get text(): string {
    return this.#text;
  }

  get closed(): boolean {
    return this.#closed;
  }

  send(bytes: string | Buffer): void {
    this.socket.write(bytes, 'latin1');
  }

  /** Resolves with everything so far once it matches; rejects when the connection closed before. */
  async waitFor(pattern: RegExp | string): Promise<string> {
    for (;;) {
      if (typeof pattern === 'string' ? this.#text.includes(pattern) : pattern.test(this.#text)) return this.#text;
      if (this.#closed) throw new Error(`Closed before ${pattern}; so far: ${this.#text}`);
      await this.#nextEvent();
    }
  }

  /** Resolves with everything that came once the other side has closed. */
  async waitForClose(): Promise<string> {
    this.socket.once('end', () => this.socket.end());
    if (this.socket.readableEnded) this.socket.end();
    while (!this.#closed) await this.#nextEvent();
    return this.#text;
  }

  #nextEvent(): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#waiting.delete(wake);
        resolve();
      };
      this.#waiting.add(wake);
    });
  }
}

/** Sends one request and resolves with all that came until the proxy closed the connection. */
export async function sendRaw(port: number, bytes: string): Promise<string> {
  const client = await RawClient.open(port);
  client.send(bytes);
  return client.waitForClose();
}

/** The status of the first answer. */
export function statusOf(text: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? Number.NaN);
}

/** A half-open socket learns that the other side is gone for good only by writing to it, twice. */
export async function knockUntilReset(socket: Duplex): Promise<void> {
  while (!socket.destroyed) {
    socket.write('anybody there?');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectorSiteSchema } from '../src/connector-site.js';
import { defaultConnectorLimits, Transports } from '../src/transport/transports.js';
import { makeQuietLog } from './quiet-log.js';
import { explainMissingSshd, SshWorld } from './real-sshd.js';

const mebibyte = 1024 * 1024;
const totalBytes = 24 * mebibyte;
/** Bytes that tell where they belong; begins anew every 251. */
const pattern = Buffer.from(Buffer.alloc(mebibyte).map((_, index) => index % 251));
const patternAt = (offset: number, length: number): Buffer => pattern.subarray(offset % 251, (offset % 251) + length);

/** What ssh2 1.17.0 keeps of a channel, which `ReceiveWindow` changes. */
const windowOf = (stream: Duplex): number => (stream as unknown as { incoming: { window: number } }).incoming.window;

describe.skipIf(explainMissingSshd())('the window of a channel over a real sshd', () => {
  let world: SshWorld;
  let transports: Transports;
  let server: Server;

  beforeAll(async () => {
    world = new SshWorld();
    const site = connectorSiteSchema.parse(world.makeSite(await world.startSshd()));
    transports = new Transports([site], defaultConnectorLimits, makeQuietLog());
    server = createServer(sendAll).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterAll(async () => {
    server?.close();
    await transports?.close();
    await world?.stop();
  });

  const open = (): Promise<Duplex> =>
    transports
      .find('cluster', 'alice')
      .openStream('127.0.0.1', (server.address() as AddressInfo).port, new AbortController().signal);

  it('grows for a reader that keeps up, and every byte comes once and in order', async () => {
    const stream = await open();
    expect(windowOf(stream)).toBeLessThanOrEqual(2 * mebibyte);
    let readBytes = 0;
    let isInOrder = true;
    stream.on('data', (chunk: Buffer) => {
      isInOrder &&= chunk.equals(patternAt(readBytes, chunk.length));
      readBytes += chunk.length;
    });
    await once(stream, 'end');
    expect({ readBytes, isInOrder }).toEqual({ readBytes: totalBytes, isInOrder: true });
    expect(windowOf(stream)).toBeGreaterThan(7 * mebibyte);
    stream.destroy();
  });

  it('grows for a reader that lets much wait and catches up again, and never lets more wait than 8 MB', async () => {
    const stream = (await open()).pause();
    let readBytes = 0;
    let isInOrder = true;
    let mostWaiting = 0;
    stream.on('data', (chunk: Buffer) => {
      isInOrder &&= chunk.equals(patternAt(readBytes, chunk.length));
      readBytes += chunk.length;
      mostWaiting = Math.max(mostWaiting, stream.readableLength + windowOf(stream));
      if (stream.readableLength === 0) stream.pause();
    });
    const ended = once(stream, 'end');
    while (readBytes < totalBytes) {
      const waits = () => stream.readableLength >= mebibyte || readBytes + stream.readableLength === totalBytes;
      await expect.poll(waits, { interval: 1, timeout: 10_000 }).toBe(true);
      stream.resume();
      await expect.poll(() => stream.isPaused() || readBytes === totalBytes, { interval: 1 }).toBe(true);
    }
    stream.resume();
    await ended;
    expect({ readBytes, isInOrder }).toEqual({ readBytes: totalBytes, isInOrder: true });
    expect(mostWaiting).toBeLessThanOrEqual(8 * mebibyte);
    expect(windowOf(stream)).toBeGreaterThan(3 * mebibyte);
    stream.destroy();
  });

  it('stays as it was for a reader that stops, who makes ssh2 hold 4 MB at most', async () => {
    const stream = (await open()).pause();
    await expect.poll(() => windowOf(stream), { timeout: 10_000 }).toBeLessThan(mebibyte / 2);
    expect(stream.readableLength).toBeLessThanOrEqual(4 * mebibyte);
    let readBytes = 0;
    stream.on('data', (chunk: Buffer) => {
      readBytes += chunk.length;
    });
    stream.resume();
    await once(stream, 'end');
    expect(readBytes).toBe(totalBytes);
    stream.destroy();
  });
});

function sendAll(socket: Socket): void {
  socket.on('error', () => socket.destroy());
  let sentBytes = 0;
  const send = (): void => {
    while (sentBytes < totalBytes) {
      const chunk = patternAt(sentBytes, 65_536);
      sentBytes += chunk.length;
      if (!socket.write(chunk)) {
        socket.once('drain', send);
        return;
      }
    }
    socket.end();
  };
  send();
}

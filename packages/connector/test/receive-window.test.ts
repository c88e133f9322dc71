import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { type Duplex, PassThrough } from 'node:stream';
import type { ClientChannel } from 'ssh2';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connectorSiteSchema } from '../src/connector-site.js';
import { widenReceiveWindow } from '../src/ssh/receive-window.js';
import { defaultConnectorLimits, Transports } from '../src/transport/transports.js';
import { discardStream } from '../src/tunnel/join-streams.js';
import { layLongWire } from './long-wire.js';
import { makeQuietLog } from './quiet-log.js';
import { explainMissingSshd, SshWorld } from './real-sshd.js';

const mebibyte = 1024 * 1024;
const totalBytes = 24 * mebibyte;
/** Bytes that tell where they belong; begins anew every 251. */
const pattern = Buffer.from(Buffer.alloc(mebibyte).map((_, index) => index % 251));
const patternAt = (offset: number, length: number): Buffer => pattern.subarray(offset % 251, (offset % 251) + length);

/** What ssh2 1.17.0 keeps of a channel, which `ReceiveWindow` changes. */
const windowOf = (stream: Duplex): number => (stream as unknown as { incoming: { window: number } }).incoming.window;

const protocolOf = (stream: Duplex) =>
  (stream as unknown as { _client: { _protocol: { channelWindowAdjust(id: number, bytes: number): void } } })._client
    ._protocol;

/** Of a site that is far away, in either direction: long beside what a busy machine adds. */
const farMs = 100;

describe.skipIf(explainMissingSshd())('the window of a channel over a real sshd', () => {
  let world: SshWorld;
  let transports: Transports;
  let server: Server;
  let wire: Server;

  beforeAll(async () => {
    world = new SshWorld();
    const sshd = await world.startSshd();
    wire = await layLongWire(sshd.port, farMs);
    const { port } = wire.address() as AddressInfo;
    writeFileSync(world.knownHosts, sshd.knownHostsLine.replace(`:${sshd.port} `, `:${port} `), { flag: 'a' });
    const far = { ...world.makeSite(sshd), name: 'far', hosts: [{ host: '127.0.0.1', port }] };
    const sites = [world.makeSite(sshd), far].map((each) => connectorSiteSchema.parse(each));
    transports = new Transports(sites, defaultConnectorLimits, makeQuietLog());
    server = createServer(sendAll).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterAll(async () => {
    server?.close();
    await transports?.close();
    wire?.close();
    await world?.stop();
  });

  const open = (site = 'far'): Promise<Duplex> =>
    transports
      .find(site, 'alice')
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
    expect(windowOf(stream)).toBeLessThanOrEqual(8 * mebibyte);
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
    expect(windowOf(stream)).toBeLessThanOrEqual(8 * mebibyte);
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

  it('is what the other side takes it for, also in the place of a stream that was cut off while much came: who stops reading misses nothing', async () => {
    const cut = await open();
    let cutBytes = 0;
    const count = (chunk: Buffer) => {
      cutBytes += chunk.length;
    };
    cut.on('data', count);
    await expect.poll(() => cutBytes, { interval: 1, timeout: 10_000 }).toBeGreaterThan(8 * mebibyte);
    const grant = vi.spyOn(protocolOf(cut), 'channelWindowAdjust');
    discardStream(cut);
    // What was on its way comes still. sshd gives the next stream the same number once it has heard of the end.
    cut.on('data', count);
    const cutAt = cutBytes;
    await expect.poll(() => cutBytes - cutAt, { interval: 1, timeout: 10_000 }).toBeGreaterThan(mebibyte / 2);
    expect(grant).not.toHaveBeenCalled();
    grant.mockRestore();
    const streams = (await Promise.all([open(), open()])).map((each) => each.pause());
    const areFull = () => streams.every((each) => windowOf(each) <= 0);
    await expect.poll(areFull, { timeout: 10_000 }).toBe(true);
    discardStream(await open()); // its answer comes behind everything that was sent ahead
    expect(streams.map(windowOf)).toEqual([0, 0]); // ssh2 drops what comes beyond
    for (const stream of streams) {
      let readBytes = 0;
      let isInOrder = true;
      stream.on('data', (chunk: Buffer) => {
        isInOrder &&= chunk.equals(patternAt(readBytes, chunk.length));
        readBytes += chunk.length;
      });
      stream.resume();
      await once(stream, 'end');
      expect({ readBytes, isInOrder }).toEqual({ readBytes: totalBytes, isInOrder: true });
      stream.destroy();
    }
  });
});

/** A stand-in for a channel of ssh2, which tells what was granted beyond ssh2's own window. */
function receive(bytes: number, roundTripMs: number): number {
  let granted = 0;
  const channel = Object.assign(new PassThrough({ highWaterMark: 2 * mebibyte }), {
    incoming: { window: 2 * mebibyte },
    outgoing: { id: 0, state: 'open' },
    _client: {
      _protocol: {
        channelWindowAdjust: (_id: number, more: number) => {
          granted += more;
        },
      },
    },
  });
  widenReceiveWindow(channel as unknown as ClientChannel, roundTripMs);
  channel.resume();
  for (let came = 0; came < bytes; came += 32_768) {
    channel.incoming.window -= 32_768;
    channel.push(Buffer.alloc(32_768));
    while (channel.read() !== null); // the reader keeps up
  }
  channel.emit('close');
  return granted;
}

describe('the window of a channel', () => {
  it('stays as it was where the other side is so near that it does not wait for us, however much comes', () => {
    expect(receive(20 * mebibyte, 0)).toBe(0);
    expect(receive(20 * mebibyte, Number.POSITIVE_INFINITY)).toBeGreaterThan(10 * mebibyte);
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

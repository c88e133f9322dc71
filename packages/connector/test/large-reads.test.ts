import { once } from 'node:events';
import { createRequire } from 'node:module';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { giveBack } from '../src/give-back.js';
import { copiesPackets, lendReads, readLargely } from '../src/ssh/large-reads.js';

const closers: (() => void)[] = [];

afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function connectPair(): Promise<{ near: Socket; far: Socket }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const near: Socket = connect({
    ...{ host: '127.0.0.1', port: (server.address() as AddressInfo).port },
    onread: readLargely(() => near),
  });
  const [far] = (await once(server, 'connection')) as [Socket];
  closers.push(() => {
    near.destroy();
    far.destroy();
    server.close();
  });
  return { near, far };
}

/** Sends so many bytes that count up, and tells whether the other side's chunks are those bytes when they come. */
async function sendCounting(far: Socket, near: Socket, pauses: boolean): Promise<Buffer[]> {
  const sent = Buffer.from(Buffer.alloc(3_000_000).map((_, index) => index % 251));
  const chunks: Buffer[] = [];
  let cameBytes = 0;
  near.on('data', (chunk: Buffer) => {
    expect(chunk.equals(sent.subarray(cameBytes, cameBytes + chunk.length))).toBe(true);
    cameBytes += chunk.length;
    chunks.push(chunk);
    if (!pauses) return;
    near.pause();
    setImmediate(() => near.resume());
  });
  far.end(sent);
  await once(near, 'end');
  expect(cameBytes).toBe(sent.length);
  return chunks;
}

describe('a socket that reads much at a time', () => {
  it('keeps what came before anybody listened, and hands over bytes that stay as they are', async () => {
    const { near, far } = await connectPair();
    far.write('SSH-2.0-early\r\n');
    await expect.poll(() => near.readableLength).toBe(15);
    far.write('later');
    await expect.poll(() => near.readableLength).toBe(20);
    const [early] = (await once(near, 'data')) as [Buffer];
    expect(String(early)).toBe('SSH-2.0-early\r\n');
  });

  for (const pauses of [false, true]) {
    it(`loses and repeats nothing when it lends what it reads to a reader that ${pauses ? 'pauses' : 'flows'}`, async () => {
      const { near, far } = await connectPair();
      await once(near, 'connect');
      lendReads(near);
      await sendCounting(far, near, pauses);
    });
  }
});

describe('memory that is given back', () => {
  it('is known to belong to one packet: ssh2 tells whether it decrypts in place', () => {
    const { bindingAvailable } = createRequire(import.meta.url)('ssh2/lib/protocol/crypto.js') as Record<
      string,
      unknown
    >;
    expect(bindingAvailable).toBeTypeOf('boolean');
    expect(copiesPackets).toBe(bindingAvailable === false);
  });

  it.skipIf(!copiesPackets)('is that of a packet, and not what others may share', () => {
    const packet = Buffer.allocUnsafeSlow(32 * 1024 + 20);
    const chunk = packet.subarray(14, -6);
    giveBack(chunk);
    expect(packet.length).toBe(0);
    const whole = Buffer.alloc(64 * 1024, 'x');
    giveBack(whole.subarray(0, 32 * 1024));
    expect(whole.toString()).toBe('x'.repeat(64 * 1024));
    const pooled = Buffer.from('x'.repeat(Buffer.poolSize / 4));
    giveBack(pooled);
    expect(pooled.length).toBe(Buffer.poolSize / 4);
  });
});

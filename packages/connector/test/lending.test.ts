import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectorSiteSchema } from '../src/connector-site.js';
import { Borrower, borrowChunks, holdChunk } from '../src/lending/borrower.js';
import { ReadBuffer } from '../src/lending/read-buffer.js';
import { hasAddon } from '../src/ssh/packet-loan.js';
import { defaultConnectorLimits, Transports } from '../src/transport/transports.js';
import { Tunnels } from '../src/tunnel/tunnels.js';
import { makeQuietLog } from './quiet-log.js';
import { explainMissingSshd, type RealSshd, SshWorld } from './real-sshd.js';

const account = 'alice';
const totalBytes = 5_000_000;
const letterA = 65;
/** Different for each number and at each place. */
const patterns = Array.from({ length: 6 }, (_, index) =>
  Buffer.alloc(totalBytes, Buffer.from(Buffer.alloc(251 + index).map((_byte, at) => (at * (index + 3)) % 256))),
);

/** Asks for a pattern and compares each byte with it as it comes, from `begin` on. Resolves with how many were right. */
async function readPattern(socket: Socket, index: number, begin: Promise<unknown>, mostBytes: number): Promise<number> {
  socket.pause().write(`${index}`);
  await begin;
  let readBytes = 0;
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    if (!chunk.equals((patterns[index] ?? chunk).subarray(readBytes, readBytes + chunk.length))) return -1;
    readBytes += chunk.length;
    if (readBytes >= mostBytes) break; // which destroys the socket in the middle of the answer
    if (index % 2 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return readBytes;
}

/** What is sent to the site; the first is more than all buffers on the way hold together. */
const uploads = patterns.map((pattern, index) => (index === 0 ? Buffer.concat([...patterns, ...patterns]) : pattern));

/** The server's half of an upload: what came first holds a letter for the pattern. Answers with how many bytes were right. */
async function takePattern(socket: Socket, first: Buffer, begin: Promise<unknown>): Promise<void> {
  const pattern = uploads[(first[0] ?? 0) - letterA] ?? first;
  socket.pause();
  await begin;
  let right = first.length - 1;
  let isRight = first.subarray(1).equals(pattern.subarray(0, right));
  for await (const chunk of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    isRight &&= chunk.equals(pattern.subarray(right, right + chunk.length));
    right += chunk.length;
    if (right >= pattern.length) break;
  }
  socket.end(isRight ? `${right}` : 'wrong');
}

/** The first pattern is read when all others have come, so that everything on its way is full. */
function makeUploadTaker(): (socket: Socket, first: Buffer) => void {
  const others: Promise<void>[] = [];
  let letFirstBegin: (others: Promise<unknown>) => void = () => {};
  const othersCame = new Promise((resolve) => {
    letFirstBegin = resolve;
  });
  return (socket, first) => {
    const isFirst = first[0] === letterA;
    const upload = takePattern(socket, first, isFirst ? othersCame : Promise.resolve());
    if (!isFirst) others.push(upload);
    if (others.length === patterns.length - 1) letFirstBegin(Promise.all(others));
  };
}

async function sendPattern(socket: Socket, index: number): Promise<string> {
  socket.write(String.fromCharCode(letterA + index));
  socket.write(uploads[index] ?? '');
  const chunks: Buffer[] = [];
  for await (const chunk of socket as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe('memory that is lent', () => {
  it('is used again only when everybody who held a part has released it', () => {
    const buffer = ReadBuffer.take();
    const release = [buffer.bytes.subarray(0, 100), buffer.bytes.subarray(100, 200)].map(holdChunk);
    buffer.finish();
    const next = ReadBuffer.take();
    expect(next).not.toBe(buffer);
    release[0]?.();
    const other = ReadBuffer.take();
    expect(other).not.toBe(buffer);
    release[1]?.();
    expect(ReadBuffer.take()).toBe(buffer);
    for (const each of [next, other, buffer]) each.finish();
  });

  it('is not used again when somebody may have kept a part', () => {
    const buffer = ReadBuffer.take();
    buffer.abandon();
    buffer.finish();
    const next = ReadBuffer.take();
    expect(next).not.toBe(buffer);
    next.finish();
  });

  it('stays as it is while a chunk of it waits in a stream, and when the stream is closed unread', () => {
    const stream = new PassThrough();
    borrowChunks(stream);
    const borrower = Borrower.find(stream);
    const lend = (buffer: ReadBuffer): void => {
      borrower?.lend(buffer, () => stream.push(buffer.bytes.subarray(0, 10)));
      buffer.finish();
    };
    const first = ReadBuffer.take();
    lend(first);
    const second = ReadBuffer.take();
    expect(second).not.toBe(first);
    lend(second);
    stream.once('data', () => stream.pause());
    stream.resume();
    stream.read();
    stream.emit('close');
    const again = [ReadBuffer.take(), ReadBuffer.take()];
    expect(new Set(again)).toEqual(new Set([first, second]));
    for (const each of again) each.finish();
  });

  it('is lent no more when readers that stopped hold much already', () => {
    const releases: (() => void)[] = [];
    while (ReadBuffer.mayBeLent) {
      const buffer = ReadBuffer.take();
      releases.push(holdChunk(buffer.bytes) ?? (() => {}));
      buffer.finish();
    }
    expect(releases).toHaveLength(64);
    for (const release of releases) release();
    expect(ReadBuffer.mayBeLent).toBe(true);
  });
});

describe.skipIf(explainMissingSshd())('what comes over a real sshd', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'juhub-lending-'));
  let world: SshWorld;
  let sshd: RealSshd;
  let transports: Transports;
  let tunnels: Tunnels;
  let server: Server;
  let socketPath: string;

  beforeAll(async () => {
    world = new SshWorld();
    sshd = await world.startSshd(['RekeyLimit 3M', 'LogLevel DEBUG']);
    const site = connectorSiteSchema.parse(world.makeSite(sshd));
    const log = makeQuietLog();
    transports = new Transports([site], defaultConnectorLimits, log);
    const findTransport: Transports['find'] = (name, user) => transports.find(name, user);
    tunnels = new Tunnels({ folder, patienceMs: 3000, findTransport, log });
    await tunnels.prepare();
    const takeUpload = makeUploadTaker();
    server = createServer((socket) => {
      socket.on('error', () => {}); // of readers that went away
      socket.once('data', (asked: Buffer) => {
        const index = Number(String(asked));
        if (Number.isInteger(index)) socket.end(patterns[index] ?? '');
        else takeUpload(socket, asked);
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    ({ socketPath } = await tunnels.put('patterns', { site: site.name, account, host: '127.0.0.1', port }));
  });

  afterAll(async () => {
    await tunnels?.close();
    await transports?.close();
    server?.close();
    await world?.stop();
    rmSync(folder, { recursive: true });
  });

  it.skipIf(!hasAddon)('is lent to a stream that borrows, and copied for one that does not', async () => {
    const lent: boolean[] = [];
    for (const borrows of [true, false]) {
      const { port } = server.address() as AddressInfo;
      const stream = await transports
        .find('cluster', account)
        .openStream('127.0.0.1', port, new AbortController().signal);
      if (borrows) borrowChunks(stream);
      let wasLent = false;
      stream.on('data', (chunk: Buffer) => {
        wasLent ||= ReadBuffer.find(chunk) !== undefined;
      });
      stream.write('0');
      await once(stream, 'end');
      lent.push(wasLent);
      stream.destroy();
    }
    expect(lent).toEqual([true, false]);
  });

  it('is nobody else’s: each reader gets its own bytes, soon or late, while others go away and run commands, and keys change', async () => {
    const transport = transports.find('cluster', account);
    const read = async (place: number, begin: Promise<unknown>): Promise<boolean> => {
      const goesAway = place % 5 === 4;
      const mostBytes = goesAway ? 100_000 * place : totalBytes;
      const readBytes = await readPattern(connect(socketPath), place % patterns.length, begin, mostBytes);
      return goesAway ? readBytes >= mostBytes : readBytes === totalBytes;
    };
    const readers = Array.from({ length: 20 }, (_, place) => read(place, Promise.resolve()));
    const late = Array.from({ length: 4 }, (_, place) => read(place, Promise.all(readers)));
    const words = Array.from({ length: 8 }, async (_, place) => {
      const line = `${place}`.repeat(2000);
      const { stdout } = await transport.run(
        { argv: ['sh', '-c', `for i in $(seq 100); do echo ${line}; done`] },
        new AbortController().signal,
      );
      return stdout === `${line}\n`.repeat(100);
    });
    expect(await Promise.all([...readers, ...late, ...words])).toEqual(Array.from({ length: 32 }, () => true));
    expect(sshd.log.match(/rekeying in progress|set_newkeys/g)?.length).toBeGreaterThan(10);
    expect(ReadBuffer.mayBeLent).toBe(true);
  });

  it('reaches the site byte for byte, though its memory is freed behind it', async () => {
    const sent = await Promise.all(uploads.map((_, index) => sendPattern(connect(socketPath), index)));
    expect(sent).toEqual(uploads.map(({ length }) => `${length}`));
  });
});

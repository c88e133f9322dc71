import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { constants } from 'node:http2';
import { connect, createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import type { ProxyOptions } from '../src/index.js';
import { readClient } from '../src/public/http1/client-socket.js';
import { ReadBuffer } from '../src/reading/read-buffers.js';
import { BufferedSocket } from '../src/reading/read-socket.js';
import { startBackend } from './support/backend.js';
import { beginHttp2, openHttp2 } from './support/http2.js';
import { createRandom } from './support/random.js';
import { openSocket } from './support/raw-client.js';
import { serverPair } from './support/start-command.js';
import { startTestProxy } from './support/test-proxy.js';
import { acceptWebSockets, handshake } from './support/web-socket.js';

/** More than there are buffers for streams. */
const streams = 150;
const bodyBytes = 1_500_000;
const host = '127.0.0.1';

/** Bytes that nobody else sends. */
function makeBody(seed: number): Buffer {
  const random = createRandom(seed);
  const words = new Uint32Array(bodyBytes / 4).map(() => random(0xffffffff));
  return Buffer.from(words.buffer);
}

const bodies = Array.from({ length: 8 }, (_, seed) => makeBody(seed));
/** Longer than what the kernel keeps of a stream. */
const longBodies = bodies.map((body) => Buffer.concat(Array.from({ length: 8 }, () => body)));
const digest = (bytes: Buffer): string => createHash('sha1').update(bytes).digest('hex');
const bodyOf = (place: number): Buffer => (place % 6 < 3 ? bodies : longBodies)[place % 8] ?? Buffer.alloc(0);

/** Reads with pauses, so that much waits on the way. */
function readSlowly(stream: NodeJS.ReadableStream, take: (bytes: Buffer) => void): void {
  stream.on('data', (bytes: Buffer) => {
    take(bytes);
    stream.pause();
    setImmediate(() => stream.resume());
  });
}

/** What comes until the other side ends, or until so many bytes have come behind a head. */
async function readAll(socket: Socket, bytes = Number.POSITIVE_INFINITY): Promise<Buffer> {
  const parts: Buffer[] = [];
  let came = 0;
  await new Promise<void>((resolve) => {
    let headBytes = -1;
    readSlowly(socket, (part) => {
      parts.push(part);
      came += part.length;
      if (headBytes < 0) headBytes = Buffer.concat(parts).indexOf('\r\n\r\n') + 4;
      if (came - headBytes >= bytes) resolve();
    });
    socket.once('close', () => resolve());
  });
  const all = Buffer.concat(parts);
  return all.subarray(all.indexOf('\r\n\r\n') + 4);
}

function sendEndlessly(response: NodeJS.WritableStream): void {
  const send = (): void => {
    while (response.writable && response.write(longBodies[0] ?? ''));
  };
  response.on('drain', send);
  send();
}

/** Gives what is asked for, tells the SHA-1 of an upload, and sends back what comes on a WebSocket. */
async function startEcho(options: Partial<ProxyOptions> = {}) {
  const backend = await startBackend((request, response) => {
    if (request.url === '/unread') return;
    if (request.url === '/endless') return void sendEndlessly(response);
    if (request.method === 'GET') return void response.end(bodyOf(Number(request.headers['x-place'])));
    const hash = createHash('sha1');
    readSlowly(request, (bytes) => hash.update(bytes));
    request.on('end', () => response.end(hash.digest('hex')));
  });
  acceptWebSockets(backend.server, (socket) => socket.pipe(socket));
  const house = await startTestProxy(options);
  await house.client.addRoute('/', { target: backend.target });
  return house;
}

async function upload(port: number, place: number): Promise<string> {
  const socket = await openSocket(port);
  const body = bodyOf(place);
  const isChunked = place % 3 === 0;
  const framing = isChunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${body.length}`;
  socket.write(`PUT /up HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${framing}\r\n\r\n`);
  if (isChunked) {
    for (let at = 0; at < body.length; at += 100_000) {
      const part = body.subarray(at, at + 100_000);
      socket.write(`${part.length.toString(16)}\r\n`);
      socket.write(part);
      socket.write('\r\n');
    }
    socket.write('0\r\n\r\n');
  } else socket.write(body);
  return String(await readAll(socket));
}

async function download(port: number, place: number): Promise<string> {
  const socket = await openSocket(port);
  socket.write(`GET /down HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Place: ${place}\r\n\r\n`);
  return digest(await readAll(socket));
}

/** The same bytes back over a WebSocket; what they mean is nothing to the proxy. */
async function converse(port: number, place: number): Promise<string> {
  const socket = await openSocket(port);
  const came = readAll(socket, bodyOf(place).length);
  socket.write(handshake('/ws'));
  socket.write(bodyOf(place));
  const bytes = await came;
  socket.destroy();
  return digest(bytes);
}

test('What many send and fetch at once reaches each of them byte for byte, though they read slowly and share memory.', {
  timeout: 120_000,
}, async () => {
  const house = await startEcho();
  const pass = (place: number) => [upload, download, converse][place % 3] ?? upload;
  const places = Array.from({ length: streams }, (_, place) => place);
  expect(await Promise.all(places.map((place) => pass(place)(house.port, place)))).toEqual(
    places.map((place) => digest(bodyOf(place))),
  );
  await expect.poll(() => ReadBuffer.used).toBe(0);
});

test('The memory of streams that stop, and are cut off then, is used again.', { timeout: 60_000 }, async () => {
  const house = await startEcho();
  const random = createRandom(11);
  const heads = [
    'GET /endless HTTP/1.1\r\nHost: a\r\n\r\n',
    `PUT /unread HTTP/1.1\r\nHost: a\r\nContent-Length: ${25 * bodyBytes}\r\n\r\n`,
    handshake('/ws'),
  ];
  const sockets = await Promise.all(Array.from({ length: 45 }, () => openSocket(house.port)));
  for (const [place, socket] of sockets.entries()) {
    socket.write(heads[place % heads.length] ?? '');
    // Nobody reads the answer: so much does not fit into what the kernel keeps.
    if (place % heads.length > 0) for (let part = 0; part < 3; part += 1) socket.write(longBodies[part] ?? '');
  }
  await expect.poll(() => ReadBuffer.used, { timeout: 30_000, interval: 5 }).toBeGreaterThan(40);
  for (const socket of sockets) {
    if (random(2) === 0) socket.resetAndDestroy();
    else socket.destroy();
  }
  await expect.poll(() => ReadBuffer.used, { timeout: 10_000 }).toBe(0);
});

test('The memory of streams of HTTP/2 that stop is used again, whether one is cut off or all with their connection.', {
  timeout: 60_000,
}, async () => {
  const house = await startEcho({ tls: serverPair });
  const sessions = await Promise.all(Array.from({ length: 10 }, () => openHttp2(house.port)));
  const streams = sessions.flatMap((session) =>
    Array.from({ length: 3 }, () => beginHttp2(session, { ':path': '/endless' })),
  );
  await expect.poll(() => ReadBuffer.used, { timeout: 30_000, interval: 5 }).toBeGreaterThan(20);
  for (const stream of streams.slice(0, 15)) stream.close(constants.NGHTTP2_CANCEL);
  for (const session of sessions.slice(5)) session.destroy();
  await expect.poll(() => ReadBuffer.used, { timeout: 10_000 }).toBe(0);
});

test('A connection that was accepted reads into memory that is used again, as this Node keeps it.', async () => {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const accepted = once(server, 'connection');
  const client = connect((server.address() as { port: number }).port, host);
  const [socket] = (await accepted) as [Socket];
  const memories = new Set<ArrayBufferLike>();
  let came = '';
  const read = new Promise<void>((resolve) => {
    const onBytes = (bytes: Buffer): void => {
      memories.add(bytes.buffer);
      came += bytes;
      if (came === 'onetwo') resolve();
      else client.write('two');
    };
    expect(readClient(socket, { onBytes, wantsOwnBuffer: false }, false)).toBeInstanceOf(BufferedSocket);
  });
  client.write('one');
  await read;
  expect(memories.size).toBe(1);
  client.destroy();
  socket.destroy();
  server.close();
});

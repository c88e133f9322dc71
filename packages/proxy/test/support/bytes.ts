import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import type { ProxyOptions } from '../../src/index.js';
import { startBackend } from './backend.js';
import { createRandom } from './random.js';
import { openSocket } from './raw-client.js';
import { startTestProxy } from './test-proxy.js';
import { acceptWebSockets, handshake } from './web-socket.js';

export const bodyBytes = 1_500_000;

/** Bytes that nobody else sends. */
function makeBody(seed: number): Buffer {
  const random = createRandom(seed);
  const words = new Uint32Array(bodyBytes / 4).map(() => random(0xffffffff));
  return Buffer.from(words.buffer);
}

const bodies = Array.from({ length: 8 }, (_, seed) => makeBody(seed));
/** Longer than what the kernel keeps of a stream. */
export const longBodies = bodies.map((body) => Buffer.concat(Array.from({ length: 8 }, () => body)));
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

/** A proxy before a backend that gives what is asked for, tells the SHA-1 of an upload, and sends back what comes on a WebSocket. */
export async function startEcho(options: Partial<ProxyOptions> = {}) {
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

/** Sends, fetches or converses, as its place has it; resolves with what came of it, which `expectedOf` knows. */
export function pass(port: number, place: number): Promise<string> {
  return ([upload, download, converse][place % 3] ?? upload)(port, place);
}

export function expectedOf(place: number): string {
  return digest(bodyOf(place));
}

import { once } from 'node:events';
import { constants } from 'node:http2';
import { connect, createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { readClient } from '../src/public/http1/client-socket.js';
import { ReadBuffer } from '../src/reading/read-buffers.js';
import { BufferedSocket } from '../src/reading/read-socket.js';
import { bodyBytes, expectedOf, longBodies, pass, startEcho } from './support/bytes.js';
import { beginHttp2, openHttp2 } from './support/http2.js';
import { createRandom } from './support/random.js';
import { openSocket } from './support/raw-client.js';
import { serverPair } from './support/start-command.js';
import { handshake } from './support/web-socket.js';

/** More than there are buffers for streams. */
const streams = 150;
const host = '127.0.0.1';

test('What many send and fetch at once reaches each of them byte for byte, though they read slowly and share memory.', {
  timeout: 120_000,
}, async () => {
  const house = await startEcho();
  const places = Array.from({ length: streams }, (_, place) => place);
  expect(await Promise.all(places.map((place) => pass(house.port, place)))).toEqual(places.map(expectedOf));
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

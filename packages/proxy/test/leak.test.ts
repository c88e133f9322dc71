import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { ReadBuffer } from '../src/reading/read-buffers.js';
import { startBackend, startRawBackend } from './support/backend.js';
import { inTurns, scale, withDyingTarget } from './support/leaks.js';
import { readHeldBytes } from './support/memory.js';
import { createRandom } from './support/random.js';
import { openSocket } from './support/raw-client.js';
import { aliceRoute, startTestProxy, type TestProxy } from './support/test-proxy.js';
import { acceptWebSockets, echo, handshake } from './support/web-socket.js';

const counts = { requests: 10_000 * scale, webSockets: 1000 * scale, backends: 100 * scale };
/** What a run leaves by chance is half of it; 130 bytes kept of each of 10,000 requests are more, and 17 of each of 100,000. */
const mostLeftBytes = 2_500_000;
const patienceMs = 10_000;

interface Held {
  /** Open files of this process: proxy, clients and targets together. */
  files: number;
  /** Buffers that streams have to themselves. */
  buffers: number;
  /** What keeps the event loop busy, by kind. */
  handles: Record<string, number>;
}

function readHeld(): Held {
  const handles: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) handles[kind] = (handles[kind] ?? 0) + 1;
  const { TCPSocketWrap = 0, TCPServerWrap = 0, PipeWrap = 0 } = handles;
  return {
    files: readdirSync('/proc/self/fd').length,
    buffers: ReadBuffer.used,
    handles: { TCPSocketWrap, TCPServerWrap, PipeWrap },
  };
}

/** A call of the API may just be ending: what is held once nothing changes any more. */
async function readHeldAtRest(): Promise<Held> {
  for (let before = readHeld(); ; ) {
    await delay(100);
    const now = readHeld();
    if (JSON.stringify(now) === JSON.stringify(before)) return now;
    before = now;
  }
}

/** Resolves when as much is held as at the start; what is still open then is the fault that the test tells. */
async function settle(start: Held): Promise<Held> {
  for (const end = Date.now() + patienceMs; Date.now() < end; await delay(50)) {
    if (JSON.stringify(readHeld()) === JSON.stringify(start)) break;
  }
  return readHeld();
}

/** Writes, and resolves with what comes next, or with nothing when the connection closes. */
async function converse(socket: Socket, bytes: string): Promise<string> {
  const heard = new Promise<string>((resolve) => {
    socket.once('data', (chunk: Buffer) => resolve(chunk.toString('latin1')));
    socket.once('close', () => resolve(''));
  });
  socket.write(bytes, 'latin1');
  const text = await heard;
  socket.removeAllListeners('data').removeAllListeners('close');
  return text;
}

const head = (line: string, rest = '\r\n'): string => `${line} HTTP/1.1\r\nHost: a\r\n${rest}`;
const questions = [
  head('GET /x'),
  head('HEAD /x'),
  head('POST /x', 'Content-Length: 5\r\n\r\nhello'),
  head('PUT /x', 'Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n'),
  head('GET /%'),
  head('GET /away'),
  head('GET /x', 'Connection: close\r\n\r\n'),
];

async function askMuch({ port }: TestProxy, count: number, random: (below: number) => number): Promise<void> {
  const idle: Socket[] = [];
  await inTurns(count, async () => {
    const socket = idle.pop() ?? (await openSocket(port));
    const question = questions[random(questions.length)] ?? '';
    expect(await converse(socket, question)).toMatch(/^HTTP\/1\.1 (?:200|400|503) /);
    if (question.includes('close') || random(20) === 0) socket.destroy();
    else idle.push(socket);
  });
  for (const socket of idle) socket.destroy();
}

async function cutWebSockets({ port }: TestProxy, count: number, random: (below: number) => number): Promise<void> {
  await inTurns(count, async () => {
    const socket = await openSocket(port);
    const when = random(4);
    if (when === 0) socket.write(handshake('/x'));
    else expect(await converse(socket, handshake('/x'))).toMatch(/^HTTP\/1\.1 101 /);
    if (when === 2) await converse(socket, '\x81\x81aaaaa'); // a frame, which comes back
    if (when === 3) socket.end();
    else if (random(2) === 0) socket.resetAndDestroy();
    else socket.destroy();
    if (!socket.closed) await once(socket.resume(), 'close');
  });
}

async function loseBackends(
  { port, client }: TestProxy,
  count: number,
  random: (below: number) => number,
): Promise<void> {
  await inTurns(count, async (index) => {
    await withDyingTarget(client, index, random, async (path) => {
      const socket = await openSocket(port);
      socket.write(random(3) === 0 ? handshake(path) : head(`GET ${path}`, 'Connection: close\r\n\r\n'));
      await once(socket.resume(), 'close');
    });
  });
}

test(`After ${counts.requests} requests, ${counts.webSockets} WebSockets cut at random and ${counts.backends} targets that died, sockets, handles and memory are back.`, {
  timeout: 60_000 * (scale + 1),
}, async () => {
  const random = createRandom(7);
  const backend = await startRawBackend((socket) => {
    backend.sockets.length = 0; // kept here they would be the leak
    let rest = '';
    socket.on('data', (chunk: Buffer) => {
      rest += chunk.toString('latin1');
      const whole = /^(GET|HEAD|POST|PUT) [\s\S]*?\r\n\r\n(?:hello|5\r\nhello\r\n0\r\n\r\n)?$/.exec(rest);
      const wantsMore = /^(?:POST|PUT)/.test(rest) && !rest.includes('hello');
      if (whole === null || wantsMore || (rest.startsWith('PUT') && !rest.endsWith('0\r\n\r\n'))) return;
      rest = '';
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n${whole[1] === 'HEAD' ? '' : 'good'}`);
    });
  });
  const talker = await startBackend();
  acceptWebSockets(talker.server, echo);
  const house = await startTestProxy({ timeouts: { idleMs: 200, lingerMs: 100, upgradeMs: 1000 } });
  await house.client.addRoute('/away', { target: 'http://127.0.0.1:1' });
  const runAll = async (share: number): Promise<void> => {
    await house.client.addRoute('/', { target: backend.target });
    await askMuch(house, counts.requests * share, random);
    await house.client.addRoute('/', { target: talker.target });
    await cutWebSockets(house, counts.webSockets * share, random);
    await loseBackends(house, counts.backends * share, random);
    house.log.length = 0;
  };
  const before = await readHeldAtRest();
  await runAll(0.1); // what is made once is made now
  expect(await settle(before)).toEqual(before);
  const bytesBefore = readHeldBytes();
  await runAll(1);
  expect(await settle(before)).toEqual(before);
  expect(house.proxy.load()).toEqual({ routes: 2, exchanges: 0 });
  expect(readHeldBytes() - bytesBefore).toBeLessThan(mostLeftBytes);
});

test('Five hundred upgrades that are refused, by clients that never close their half, leave no descriptor open.', async () => {
  const house = await startTestProxy();
  await house.client.addRoute('/user/alice/default/', aliceRoute('http://127.0.0.1:1'));
  await house.client.addRoute('/away', { target: 'http://127.0.0.1:1' });
  const refusals: readonly [bytes: string, status: number][] = [
    [handshake('/nowhere'), 404],
    [handshake('/user/alice/default/'), 401],
    [handshake('/away'), 503],
    [handshake('/nowhere').replace('Upgrade: websocket', 'Upgrade: h2c'), 501],
    [handshake('/nowhere').replace(/Sec-WebSocket-Key.*\r\n/, ''), 400],
  ];
  const before = await readHeldAtRest();
  await inTurns(500, async (index) => {
    const [bytes, status] = refusals[index % refusals.length] ?? ['', 0];
    const socket = connect({ port: house.port, host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => {});
    await once(socket, 'connect');
    expect(await converse(socket, bytes)).toContain(`HTTP/1.1 ${status} `);
    if (!socket.readableEnded) await once(socket.resume(), 'end');
    // The proxy is through with it; writing finds that nobody is there.
    while (!socket.destroyed) {
      socket.write('anybody there?');
      await delay(5);
    }
  });
  expect(await settle(before)).toEqual(before);
});

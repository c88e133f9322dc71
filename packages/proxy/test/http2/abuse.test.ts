import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { startBackend, startRawBackend } from '../support/backend.js';
import { askHttp2, beginHttp2, openHttp2 } from '../support/http2.js';
import { readHeldBytes } from '../support/memory.js';
import {
  errorCodes,
  flags,
  frame,
  frameTypes,
  headerBlock,
  plainHead,
  postHead,
  RawHttp2,
} from '../support/raw-http2.js';
import { portOf, serverPair } from '../support/start-command.js';
import { startTestProxy } from '../support/test-proxy.js';

const tls = serverPair;
const code = (number: number): Buffer => Buffer.from([0, 0, 0, number]);

async function startHouse(options: Parameters<typeof startTestProxy>[0] = {}) {
  const backend = await startBackend();
  const house = await startTestProxy({ tls, ...options });
  await house.client.addRoute('/', { target: backend.target });
  return { ...house, backend, raw: await RawHttp2.open(house.port) };
}

async function startMeasured(timeouts: object) {
  const house = await startTestProxy({ tls, timeouts, metrics: { host: '127.0.0.1', port: 0 } });
  const url = `http://127.0.0.1:${portOf(house.proxy.metricsAddress)}/metrics`;
  return { ...house, readMetrics: async () => await (await fetch(url)).text() };
}

test.each([
  ['as taken back', errorCodes.cancel],
  ['without an error', 0],
])(
  'Whoever opens streams and resets them %s is cut off; the target is not swamped (CVE-2023-44487).',
  async (_how, reason) => {
    const { target, sockets } = await startRawBackend((socket) => void socket.resume());
    const { port, client, readMetrics } = await startMeasured({});
    await client.addRoute('/', { target });
    const raw = await RawHttp2.open(port);
    for (let stream = 1; stream < 20_000 && !raw.closed; stream += 2) {
      raw.sendHead(stream, plainHead);
      raw.send(frame('reset', stream, code(reason)));
      if (stream % 100 === 1) await new Promise(setImmediate);
    }
    await raw.waitForClose();
    const goaway = raw.frames.find(({ type }) => type === frameTypes.goaway);
    expect(goaway?.payload.readUInt32BE(4)).toBe(errorCodes.calm);
    expect(await readMetrics()).toContain('http2_bad_ends{why="nuisance"} 1\n');
    expect(sockets.length).toBeLessThan(1000);
    await expect.poll(() => sockets.every(({ destroyed }) => destroyed)).toBe(true);
    expect((await askHttp2(await openHttp2(port), '/_chp_healthz')).status).toBe(200);
  },
);

test('Streams that the client makes the proxy reset count the same (CVE-2025-8671).', async () => {
  const { target, sockets } = await startRawBackend((socket) => void socket.resume());
  const { port, client } = await startTestProxy({ tls });
  await client.addRoute('/', { target });
  const raw = await RawHttp2.open(port);
  for (let stream = 1; stream < 20_000 && !raw.closed; stream += 2) {
    raw.sendHead(stream, plainHead);
    raw.send(frame('window', stream, code(0))); // a window that grows by nothing is an error of the stream
    if (stream % 100 === 1) await new Promise(setImmediate);
  }
  await raw.waitForClose();
  expect(sockets.length).toBeLessThan(1000);
});

test.each([
  ['pings', () => frame('ping', 0, Buffer.alloc(8))],
  ['settings', () => frame('settings', 0)],
  ['empty pieces of a body', () => frame('data', 1)],
])('A flood of %s ends the connection, and nobody else notices.', async (_what, make) => {
  const { raw, port } = await startHouse();
  raw.sendHead(1, postHead, false);
  for (let sent = 0; sent < 100_000 && !raw.closed; sent += 100) {
    raw.send(...Array.from({ length: 100 }, make));
    await new Promise(setImmediate);
  }
  await raw.waitForClose();
  expect((await askHttp2(await openHttp2(port), '/_chp_healthz')).status).toBe(200);
});

test('A head whose continuation never ends is cut off, and takes no memory (CVE-2024-27316).', async () => {
  const { raw, port, backend } = await startHouse();
  const before = readHeldBytes();
  raw.send(frame('headers', 1, headerBlock(plainHead), flags.endStream));
  const more = headerBlock([['x-a', 'b'.repeat(16_000)]]);
  for (let sent = 0; sent < 5_000 && !raw.closed; sent += 1) {
    raw.send(frame('continuation', 1, more));
    if (sent % 10 === 0) await new Promise(setImmediate);
  }
  await raw.waitForClose();
  expect(readHeldBytes() - before).toBeLessThan(20_000_000);
  expect(backend.connections).toBe(0);
  expect((await askHttp2(await openHttp2(port), '/_chp_healthz')).status).toBe(200);
});

test('A head beyond the limit is a 431 that says so, one far beyond it a reset; the next request is served.', async () => {
  const { raw, port, backend } = await startHouse({ limits: { headerBytes: 8_000 } });
  const session = await openHttp2(port);
  const refused = await askHttp2(session, '/', { 'x-a': 'b'.repeat(8_000) });
  expect(refused).toMatchObject({ status: 431, body: expect.stringContaining('larger than 8000 bytes') });
  const many = Object.fromEntries(Array.from({ length: 250 }, (_none, index) => [`x-${index}`, '']));
  expect((await askHttp2(session, '/', many)).status).toBe(431);
  await raw.waitFor(({ type }) => type === frameTypes.settings);
  raw.send(frame('settings', 0, undefined, flags.ack));
  raw.sendHead(1, [...plainHead, ['x-a', 'b'.repeat(16_100)]]);
  expect(await raw.waitForRefusal(1)).toMatch(/^(?:reset|goaway) \d+$/);
  expect(backend.connections).toBe(0);
  expect((await askHttp2(session, '/', { 'x-a': 'b'.repeat(7_000) })).status).toBe(200);
});

test('More than 128 requests at once of one connection are refused, and those before are not touched.', async () => {
  const { target, sockets } = await startRawBackend((socket) => void socket.resume());
  const { port, client } = await startTestProxy({ tls });
  await client.addRoute('/', { target });
  const raw = await RawHttp2.open(port);
  for (let index = 0; index < 129; index += 1) raw.sendHead(1 + 2 * index, plainHead);
  expect(await raw.waitForRefusal(257)).toBe(`reset ${errorCodes.refused}`);
  await expect.poll(() => sockets.length).toBe(128);
  sockets[0]?.write('HTTP/1.1 204 No Content\r\n\r\n');
  await raw.waitFor(({ type }) => type === frameTypes.headers);
});

test('A body that trickles is cut off with a 408, whatever else the connection does, and the target is let go.', async () => {
  const { target, sockets } = await startRawBackend((socket) => void socket.resume());
  const { port, client } = await startTestProxy({ tls, timeouts: { bodyMs: 200 } });
  await client.addRoute('/', { target });
  const raw = await RawHttp2.open(port);
  raw.sendHead(1, postHead, false);
  let next = 3;
  const busy = setInterval(() => {
    raw.send(frame('data', 1, Buffer.from('x')));
    raw.sendHead(next, [...plainHead.slice(0, 3), [':path', '/_chp_healthz'], ['x-much', 'y'.repeat(2_000)]]);
    next += 2;
  }, 20);
  onTestFinished(() => clearInterval(busy));
  expect(await raw.waitForRefusal(1)).toBe('408');
  await expect.poll(() => sockets.every(({ destroyed }) => destroyed)).toBe(true);
  expect(raw.closed).toBe(false);
});

test('A connection without a request is closed, one with a request is not, whatever it pings.', async () => {
  const { target, sockets } = await startRawBackend((socket) => void socket.resume());
  const { port, client } = await startTestProxy({ tls, timeouts: { idleMs: 200 } });
  await client.addRoute('/wait', { target });
  const [idle, busy] = [await RawHttp2.open(port), await RawHttp2.open(port)];
  busy.sendHead(1, [...plainHead.slice(0, 3), [':path', '/wait']]);
  await expect.poll(() => sockets.length).toBe(1);
  idle.sendHead(1, [...plainHead.slice(0, 3), [':path', '/_chp_healthz']]);
  const pinging = setInterval(() => idle.send(frame('ping', 0, Buffer.alloc(8))), 50);
  onTestFinished(() => clearInterval(pinging));
  await idle.waitForClose();
  expect(idle.frames.some(({ type }) => type === frameTypes.goaway)).toBe(true);
  expect(busy.closed).toBe(false);
  sockets[0]?.write('HTTP/1.1 204 No Content\r\n\r\n');
  await busy.waitForClose();
  expect(await busy.waitForRefusal(1)).toBe('204');
});

test.each([
  ['says nothing', ''],
  ['begins with something else', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'],
])('A connection that has chosen HTTP/2 and %s is closed.', async (_what, preface) => {
  const { port } = await startTestProxy({ tls, timeouts: { headersMs: 200 } });
  await (await RawHttp2.open(port, preface)).waitForClose();
});

test('A head that does not end is waited for no longer than one of HTTP/1.1.', async () => {
  const { port } = await startTestProxy({ tls, timeouts: { headersMs: 200 } });
  const raw = await RawHttp2.open(port);
  raw.send(frame('headers', 1, headerBlock(plainHead), flags.endStream));
  await raw.waitForClose();
});

test.each([
  ['with a frame of a wrong size', frame('ping', 0, Buffer.alloc(7))],
  ['with a head that cannot be unpacked', frame('headers', 3, Buffer.from([0xff, 0xff, 0xff]), flags.endHeaders)],
  ['with a frame of 16 MB', Buffer.from([0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 1])],
])(
  'A connection that breaks off %s is closed and counted, and what ran on it is let go, long before a ping is given up.',
  async (_what, bytes) => {
    const { target, sockets } = await startRawBackend((socket) => void socket.resume());
    const { port, client, readMetrics } = await startMeasured({ headersMs: 6_000 });
    await client.addRoute('/', { target });
    const raw = await RawHttp2.open(port);
    raw.sendHead(1, plainHead);
    await expect.poll(() => sockets.length).toBe(1);
    raw.send(bytes);
    await raw.waitForClose();
    await expect.poll(() => sockets.every(({ destroyed }) => destroyed)).toBe(true);
    expect(await readMetrics()).toContain('http2_bad_ends{why="protocol"} 1\n');
  },
);

test('A connection that the client ends with a complaint, but does not close, is closed and counted.', async () => {
  const { port, readMetrics } = await startMeasured({});
  const raw = await RawHttp2.open(port);
  raw.send(frame('goaway', 0, Buffer.concat([code(0), code(errorCodes.internal)])));
  await raw.waitForClose();
  expect(await readMetrics()).toContain('http2_bad_ends{why="complaint"} 1\n');
});

test('A client that answers no ping is let go; one that answers may wait for as long as it likes.', async () => {
  const { target, sockets } = await startRawBackend((socket) => void socket.resume());
  const { port, client, readMetrics } = await startMeasured({ headersMs: 100 });
  await client.addRoute('/', { target });
  const answering = beginHttp2(await openHttp2(port), { ':path': '/' });
  const raw = await RawHttp2.open(port);
  raw.sendHead(1, plainHead);
  await raw.waitForClose();
  expect(answering.closed).toBe(false);
  expect(await readMetrics()).toContain('http2_bad_ends{why="silent"} 1\n');
  await expect.poll(() => sockets.filter(({ destroyed }) => destroyed).length).toBe(1);
});

test('A client that does not read is not taken for a broken connection: what it has not read is still there.', async () => {
  const length = 20_000_000;
  const { target } = await startRawBackend((socket) => {
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\n`);
    socket.write(Buffer.alloc(length));
  });
  const { port, client } = await startTestProxy({ tls, timeouts: { headersMs: 3_000 } });
  await client.addRoute('/', { target });
  const raw = await RawHttp2.open(port);
  raw.send(frame('settings', 0, Buffer.from([0, 4, 0x7f, 0, 0, 0])), frame('window', 0, Buffer.from([0x7f, 0, 0, 0])));
  raw.sendHead(1, plainHead);
  await raw.waitFor(({ type }) => type === frameTypes.data);
  raw.socket.pause();
  await delay(3_500); // it has been asked, and there was a look at what came of that
  raw.socket.resume();
  await raw.waitFor(({ type, flags: bits }) => type === frameTypes.data && (bits & flags.endStream) > 0);
  const bodies = raw.frames.filter(({ type }) => type === frameTypes.data).map(({ payload }) => payload.length);
  expect(bodies.reduce((all, each) => all + each)).toBe(length);
});

test('A connection counts as one of its address; through a trusted proxy each request of a client counts.', async () => {
  const { target, sockets } = await startRawBackend((socket) => void socket.resume());
  const one = await startTestProxy({ tls, limits: { connectionsPerClient: 1 } });
  const session = await openHttp2(one.port);
  expect((await askHttp2(session, '/_chp_healthz')).status).toBe(200);
  await expect(openHttp2(one.port)).rejects.toThrow();
  const behind = await startTestProxy({ tls, limits: { connectionsPerClient: 2 }, trustedProxies: ['127.0.0.1'] });
  await behind.client.addRoute('/', { target });
  const raw = await RawHttp2.open(behind.port);
  for (const stream of [1, 3, 5]) raw.sendHead(stream, [...plainHead, ['x-forwarded-for', '192.0.2.1']]);
  expect(await raw.waitForRefusal(5)).toBe('429');
  await expect.poll(() => sockets.length).toBe(2);
});

test('At the end the client is told (GOAWAY); what runs is finished, nothing new is taken.', async () => {
  const { target, sockets } = await startRawBackend((socket) => void socket.resume());
  const { port, client, proxy } = await startTestProxy({ tls, timeouts: { drainMs: 20_000 } });
  await client.addRoute('/', { target });
  const [raw, idle] = [await RawHttp2.open(port), await RawHttp2.open(port)];
  raw.sendHead(1, plainHead);
  await expect.poll(() => sockets.length).toBe(1);
  const closed = proxy.close();
  const goaway = await raw.waitFor(({ type }) => type === frameTypes.goaway);
  expect([goaway.payload.readUInt32BE(0), goaway.payload.readUInt32BE(4)]).toEqual([1, 0]);
  await idle.waitForClose();
  raw.sendHead(3, plainHead);
  sockets[0]?.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlast');
  await closed;
  await raw.waitForClose();
  expect(
    raw.frames.some(
      ({ type, stream, payload }) => type === frameTypes.data && stream === 1 && String(payload) === 'last',
    ),
  ).toBe(true);
  expect(raw.frames.some(({ stream }) => stream === 3)).toBe(false);
  expect(sockets).toHaveLength(1);
});

test('What does not end by itself is ended after the time for it.', async () => {
  const { target, sockets } = await startRawBackend((socket) => void socket.resume());
  const { port, client, proxy } = await startTestProxy({ tls });
  await client.addRoute('/', { target });
  const raw = await RawHttp2.open(port);
  raw.sendHead(1, plainHead);
  await expect.poll(() => sockets.length).toBe(1);
  await proxy.close();
  await raw.waitForClose();
});

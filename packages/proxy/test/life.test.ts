import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Duplex, Readable, Stream } from 'node:stream';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startProxy } from '../src/index.js';
import { Route, type RouteConnection } from '../src/routes/route.js';
import { ask } from './support/ask.js';
import { type Backend, startBackend } from './support/backend.js';
import { knockUntilReset, RawClient } from './support/raw-client.js';
import {
  adminToken,
  aliceCookieName,
  aliceRoute,
  makeFolder,
  publicUrl,
  signToken,
  startTestProxy,
} from './support/test-proxy.js';
import { acceptWebSockets, echo, encodeFrame, openWebSocket } from './support/web-socket.js';

const path = '/user/alice/default/';
const credentials = (changes = {}): string[] => [
  `Cookie: ${aliceCookieName}=${signToken(changes)}`,
  `Origin: ${publicUrl}`,
];

async function startStreaming(): Promise<Backend> {
  const backend = await startBackend((_request, response) => void response.write('begun'));
  acceptWebSockets(backend.server, echo);
  return backend;
}

async function openStream(port: number, changes = {}): Promise<RawClient> {
  const raw = await RawClient.open(port);
  raw.send(`GET ${path} HTTP/1.1\r\nHost: a\r\n${credentials(changes).join('\r\n')}\r\n\r\n`);
  await raw.waitFor('begun');
  return raw;
}

test('Deleting a route cuts off its WebSockets and its streams, on both sides, and closes idle connections.', async () => {
  const backend = await startBackend((request, response) => {
    if (request.headers['x-quick']) response.end();
    else response.write('begun');
  });
  const sockets: Socket[] = [];
  backend.server.on('connection', (socket) => sockets.push(socket));
  acceptWebSockets(backend.server, (socket) => void socket.resume()); // it would never leave by itself
  const { port, client } = await startTestProxy();
  await client.addRoute(path, aliceRoute(backend.target));
  const socket = await openWebSocket(port, path, credentials());
  const stream = await openStream(port);
  await ask(port, path, { headers: { 'X-Quick': '1', authorization: `token ${signToken()}` } });
  expect(sockets).toHaveLength(3);
  expect(await client.deleteRoute(path)).toBe(true);
  await Promise.all([socket.client.waitForClose(), stream.waitForClose()]);
  for (const each of sockets) await knockUntilReset(each);
});

test('A request that waits for its answer when its session is taken back gets a 503, and its target is let go.', async () => {
  const backend = await startBackend((_request, response) => response.on('close', () => backend.server.emit('gone')));
  const { port, client } = await startTestProxy();
  await client.addRoute(path, aliceRoute(backend.target));
  const arrived = once(backend.server, 'request');
  const waiting = ask(port, path, { headers: { authorization: `token ${signToken({ session: 'gone' })}` } });
  await arrived;
  const gone = once(backend.server, 'gone');
  await client.addRoute(path, aliceRoute(backend.target, { revokedSessions: ['gone'] }));
  expect((await waiting).status).toBe(503);
  await gone;
});

test('A route lets go of every request and every WebSocket that has ended.', async () => {
  const backend = await startBackend();
  const held = new Set<RouteConnection>();
  const { track, untrack } = Route.prototype;
  vi.spyOn(Route.prototype, 'track').mockImplementation(function (this: Route, connection) {
    held.add(connection);
    track.call(this, connection);
  });
  vi.spyOn(Route.prototype, 'untrack').mockImplementation(function (this: Route, connection) {
    held.delete(connection);
    untrack.call(this, connection);
    if (held.size === 0) backend.server.emit('released');
  });
  onTestFinished(() => void vi.restoreAllMocks());
  acceptWebSockets(backend.server, echo);
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target: backend.target });
  const released = once(backend.server, 'released');
  await ask(port, '/');
  await released;
  const { client: socket } = await openWebSocket(port, '/');
  expect(held.size).toBe(1);
  const releasedSocket = once(backend.server, 'released');
  socket.socket.resetAndDestroy();
  await releasedSocket;
  expect(held.size).toBe(0);
});

test('A request that waits for its answer when its route is deleted gets a 503.', async () => {
  const backend = await startBackend(() => {});
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target: backend.target });
  const waiting = ask(port, '/');
  await once(backend.server, 'request');
  await client.deleteRoute('/');
  expect((await waiting).status).toBe(503);
});

test('A route set again with the same target keeps what is open and its last activity; another target cuts it off.', async () => {
  const [one, two] = [await startStreaming(), await startStreaming()];
  const { port, client } = await startTestProxy();
  await client.addRoute(path, aliceRoute(one.target));
  const socket = await openWebSocket(port, path, credentials());
  const before = (await client.getRoute(path))?.last_activity;
  await client.addRoute(path, { ...aliceRoute(one.target), note: 'new' });
  expect(await client.getRoute(path)).toMatchObject({ note: 'new', last_activity: before });
  socket.sendText('still there');
  expect(String((await socket.next()).payload)).toBe('still there');
  await client.addRoute(path, aliceRoute(two.target));
  await socket.client.waitForClose();
  await openWebSocket(port, path, credentials());
  expect([one.connections, two.connections]).toEqual([1, 1]);
});

test('Taking back a session cuts off what that session has open, and nothing of another one.', async () => {
  const backend = await startStreaming();
  const { port, client } = await startTestProxy();
  await client.addRoute(path, aliceRoute(backend.target));
  const gone = await openWebSocket(port, path, credentials({ session: 'gone' }));
  const goneStream = await openStream(port, { session: 'gone' });
  const kept = await openWebSocket(port, path, credentials({ session: 'kept' }));
  await client.addRoute(path, aliceRoute(backend.target, { revokedSessions: ['gone'] }));
  await Promise.all([gone.client.waitForClose(), goneStream.waitForClose()]);
  kept.sendText('hello');
  expect(String((await kept.next()).payload)).toBe('hello');
});

test('Putting a gate before an open route, or another user behind the gate, cuts off whoever came before.', async () => {
  const backend = await startStreaming();
  const { port, client } = await startTestProxy();
  await client.addRoute(path, { target: backend.target });
  const anybody = await openWebSocket(port, path);
  await client.addRoute(path, aliceRoute(backend.target));
  await anybody.client.waitForClose();
  const alice = await openWebSocket(port, path, credentials());
  await client.addRoute(path, aliceRoute(backend.target, { user: 'bob' }));
  await alice.client.waitForClose();
});

/** Waits for the clock to show another millisecond, then acts and says whether the last activity moved. */
async function watchActivity(
  client: { getRoute: (path: string) => Promise<unknown> },
  act: () => unknown,
): Promise<boolean> {
  const read = async (): Promise<string> => ((await client.getRoute('/')) as { last_activity: string }).last_activity;
  const before = await read();
  while (new Date().toISOString() === before) await new Promise((resolve) => setImmediate(resolve));
  await act();
  return (await read()) > before;
}

test('The last activity moves with answers under 300, with streams in progress and with pushed WebSocket bytes.', async () => {
  const backend = await startBackend((request, response) => {
    request.resume();
    if (request.url === '/stream') response.write('begun');
    else response.end('ok');
    backend.server.once('push', () => response.writableEnded || response.write('more'));
  });
  acceptWebSockets(backend.server, (socket) => {
    backend.server.once('push', () => socket.write('pushed'));
    socket.on('data', (bytes) => backend.server.emit('got', String(bytes)));
  });
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target: backend.target });
  expect(await watchActivity(client, () => ask(port, '/'))).toBe(true);
  const stream = await RawClient.open(port);
  stream.send('GET /stream HTTP/1.1\r\nHost: a\r\n\r\n');
  await stream.waitFor('begun');
  const { client: socket } = await openWebSocket(port, '/');
  expect(
    await watchActivity(client, async () => {
      backend.server.emit('push');
      await Promise.all([stream.waitFor('more'), socket.waitFor('pushed')]);
    }),
  ).toBe(true);
  expect(
    await watchActivity(client, async () => {
      const got = once(backend.server, 'got');
      socket.send('to the server');
      await got;
    }),
  ).toBe(true);
});

test('The last activity does not move with the pings and pongs of a WebSocket, alone or several at once, and does with data behind them.', async () => {
  const backend = await startBackend();
  const sockets: Duplex[] = [];
  acceptWebSockets(backend.server, (socket) => void sockets.push(socket.resume()));
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target: backend.target });
  const { client: browser } = await openWebSocket(port, '/');
  const [server] = sockets;
  if (server === undefined) throw new Error('The server has no socket.');
  const [ping, pong, text] = [9, 10, 1].map((opcode) => encodeFrame(opcode, Buffer.from(`frame-${opcode}`), false));
  const push = (...frames: (Buffer | undefined)[]) =>
    watchActivity(client, async () => {
      const bytes = Buffer.concat(frames.filter((frame) => frame !== undefined));
      const arrived = once(browser.socket, 'data');
      server.write(bytes);
      await arrived;
    });
  const send = (bytes: Buffer) =>
    watchActivity(client, async () => {
      const arrived = once(server, 'data');
      browser.send(bytes);
      await arrived;
    });
  expect([await push(ping), await push(ping, pong, ping)]).toEqual([false, false]);
  expect([
    await send(encodeFrame(10, Buffer.from('frame-9'), true)),
    await send(encodeFrame(9, Buffer.alloc(0), true)),
  ]).toEqual([false, false]);
  expect([await push(text), await push(ping, text)]).toEqual([true, true]);
  expect(await send(encodeFrame(1, Buffer.from('print(1)'), true))).toBe(true);
});

test('The last activity does not move with errors, redirects, refusals or a target that is away.', async () => {
  const backend = await startBackend((request, response) => {
    response.statusCode = Number(request.url?.slice(1));
    response.end('body');
  });
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target: backend.target });
  for (const status of [302, 304, 400, 404, 500]) {
    expect([status, await watchActivity(client, () => ask(port, `/${status}`))]).toEqual([status, false]);
  }
  await client.addRoute('/', { target: 'http://127.0.0.1:1' });
  const upload = { method: 'POST', body: 'x'.repeat(100_000) };
  expect(await watchActivity(client, () => ask(port, '/', upload))).toBe(false);
  await client.addRoute('/', aliceRoute('http://127.0.0.1:1'));
  expect(await watchActivity(client, () => ask(port, '/'))).toBe(false);
});

test('An upload in progress moves the last activity.', async () => {
  const backend = await startBackend(
    (request) => void request.on('data', (chunk) => backend.server.emit('got', chunk)),
  );
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target: backend.target });
  const raw = await RawClient.open(port);
  const first = once(backend.server, 'got');
  raw.send('PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nfirst');
  await first;
  const moved = await watchActivity(client, async () => {
    const second = once(backend.server, 'got');
    raw.send('second');
    await second;
  });
  expect(moved).toBe(true);
});

test('Closing lets what is running finish, takes nothing new, and ends idle connections at once.', async () => {
  const backend = await startBackend((_request, response) => {
    response.write('begun ');
    setTimeout(() => response.end('finished'), 150);
  });
  const { port, client, proxy } = await startTestProxy({ timeouts: { drainMs: 60_000 } });
  await client.addRoute('/', { target: backend.target });
  const idle = await RawClient.open(port);
  const running = await RawClient.open(port);
  running.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await running.waitFor('begun');
  const start = Date.now();
  const closed = proxy.close();
  await idle.waitForClose();
  await expect(RawClient.open(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  expect(await running.waitForClose()).toContain('finished');
  await closed;
  expect(Date.now() - start).toBeLessThan(10_000);
});

test('Closing ends streams and WebSockets when their time is up.', async () => {
  const backend = await startStreaming();
  const { port, client, proxy } = await startTestProxy({ timeouts: { drainMs: 100 } });
  await client.addRoute(path, aliceRoute(backend.target));
  const socket = await openWebSocket(port, path, credentials());
  const stream = await openStream(port);
  const start = Date.now();
  await proxy.close();
  expect(Date.now() - start).toBeGreaterThanOrEqual(95);
  await Promise.all([socket.client.waitForClose(), stream.waitForClose()]);
});

test('The default target takes what has no route of its own; the public face may be a unix socket.', async () => {
  const backend = await startBackend();
  const socketPath = join(await makeFolder(), 'public.sock');
  const { proxy } = await startTestProxy({ listen: { socketPath }, defaultTarget: backend.target });
  expect(proxy.address).toEqual({ socketPath });
  expect((await ask(socketPath, '/x')).body).toBe('ok');
  expect(JSON.stringify(backend.seen[0]?.headers)).not.toContain('X-Forwarded-For');
});

test('The public face may be a socket that another process has opened and handed over.', async () => {
  const opened = createServer().listen(0, '127.0.0.1');
  await once(opened, 'listening');
  const script = join(import.meta.dirname, 'support/handed-over.script.ts');
  const { _handle: handle } = opened as unknown as { _handle: Stream };
  const child = spawn(process.execPath, ['--import', 'tsx', script], {
    stdio: ['ignore', 'pipe', 'inherit', handle],
  });
  onTestFinished(() => void child.kill());
  const ended = once(child, 'close').then(() => Promise.reject(new Error('The proxy ended.')));
  const [line] = (await Promise.race([once(child.stdout as Readable, 'data'), ended])) as [Buffer];
  const { port } = opened.address() as AddressInfo;
  opened.close();
  expect(JSON.parse(String(line))).toEqual({ host: '127.0.0.1', port });
  expect((await ask(port, '/x')).status).toBe(404);
});

test('A start that fails leaves nothing running: a taken port, a wrong key, an empty token.', async () => {
  const { port } = await startTestProxy();
  const admin = { socketPath: join(await makeFolder(), 'admin.sock') };
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const options = { listen: { host: '127.0.0.1', port }, admin, adminToken, publicUrl, log };
  await expect(startProxy(options)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  expect(spawnSync('test', ['-e', admin.socketPath]).status).toBe(1);
  await expect(startProxy({ ...options, adminToken: '' })).rejects.toThrow('token');
  await expect(startProxy({ ...options, gate: { publicKey: 'no key', signInPath: '/' } })).rejects.toThrow();
  await expect(startProxy({ ...options, defaultTarget: 'nowhere' })).rejects.toMatchObject({ code: 'bad-target' });
});

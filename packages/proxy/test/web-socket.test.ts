import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { expect, test } from 'vitest';
import type { ProxyTimeouts } from '../src/timeouts.js';
import { startBackend, startRawBackend } from './support/backend.js';
import { BufferGauge } from './support/memory.js';
import { knockUntilReset, RawClient, sendRaw, statusOf } from './support/raw-client.js';
import {
  aliceCookieName,
  aliceRoute,
  publicUrl,
  serverSecret,
  signToken,
  startTestProxy,
} from './support/test-proxy.js';
import { acceptWebSockets, echo, encodeFrame, handshake, openWebSocket } from './support/web-socket.js';

const path = '/user/alice/default/api/kernels/1/channels';
const credentials = [`Cookie: ${aliceCookieName}=${signToken()}; juhub-session=s`, `Origin: ${publicUrl}`];

async function startEcho(timeouts: Partial<ProxyTimeouts> = {}) {
  const backend = await startBackend();
  const sockets: Duplex[] = [];
  const requests: string[][] = [];
  acceptWebSockets(backend.server, (socket, request) => {
    sockets.push(socket);
    requests.push(request.rawHeaders);
    echo(socket);
  });
  const house = await startTestProxy({ timeouts: { lingerMs: 60_000, ...timeouts } });
  await house.client.addRoute('/user/alice/default', aliceRoute(backend.target));
  return { ...house, backend, sockets, requests };
}

test('The owner’s WebSocket goes through: frames of all sizes come back as they were sent.', async () => {
  const { port } = await startEcho();
  const socket = await openWebSocket(port, path, credentials);
  for (const size of [0, 1, 125, 126, 65_535, 65_536, 1_000_000]) {
    const payload = Buffer.alloc(size, `${size} `);
    socket.client.send(encodeFrame(2, payload, true));
    const frame = await socket.next();
    expect(frame.opcode).toBe(2);
    expect(frame.payload.equals(payload)).toBe(true);
  }
});

test('The handshake reaches the server without the caller’s credentials and with its secret; its answer sets no cookie of ours.', async () => {
  const { port, requests } = await startEcho();
  const { client } = await openWebSocket(port, path, [
    ...credentials,
    'Sec-WebSocket-Protocol: v1',
    'X-Forwarded-For: 6.6.6.6',
  ]);
  const text = JSON.stringify(requests[0]);
  expect(text).toContain(`"Authorization","token ${serverSecret}"`);
  expect(text).toContain('"Sec-WebSocket-Protocol","v1"');
  expect(text).toContain('"X-Forwarded-For","127.0.0.1"');
  expect(text).not.toMatch(/juhub|6\.6\.6\.6/);
  expect(client.text).toContain('Set-Cookie: fine=1');
  expect(client.text).not.toContain('juhub');
  expect(client.text.match(/^upgrade: /gim)).toHaveLength(1);
});

test('Frames that a client sends right behind its handshake are not lost, nor are those the server sends behind its answer.', async () => {
  const backend = await startRawBackend((socket) => {
    socket.once('data', (bytes) => {
      socket.write('HTTP/1.1 101 X\r\nUpgrade: WebSocket\r\nConnection: upgrade\r\n\r\nfrom-server;');
      socket.write(bytes.subarray(bytes.indexOf('\r\n\r\n') + 4));
      socket.on('data', (more) => socket.write(more));
    });
  });
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target: backend.target });
  const raw = await RawClient.open(port);
  raw.send(`${handshake('/x')}early-bird`);
  expect(await raw.waitFor('early-bird')).toMatch(/^HTTP\/1\.1 101 [\s\S]*\r\n\r\nfrom-server;early-bird$/);
});

test('What a client sends right behind its handshake stays as it is while others speak and the target thinks.', async () => {
  const accepted = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
  const thinking: Socket[] = [];
  const { target } = await startRawBackend((socket) => {
    socket.on('data', (bytes) => {
      if (bytes.includes('GET /other')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      else if (bytes.includes('Upgrade: websocket')) thinking.push(socket);
      else socket.write(bytes);
    });
  });
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target });
  const raw = await RawClient.open(port);
  raw.send(`${handshake('/x')}early-bird`);
  await expect.poll(() => thinking.length).toBe(1);
  expect(
    await sendRaw(port, `GET /other HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX: ${'x'.repeat(4000)}\r\n\r\n`),
  ).toMatch(/ok$/);
  thinking[0]?.write(accepted);
  expect(await raw.waitFor(/\r\n\r\n.{10}/)).toMatch(/early-bird$/);
});

test('When one end of a WebSocket closes or is cut, the other one ends too.', async () => {
  const { port, sockets } = await startEcho();
  const open = async () => {
    const socket = await openWebSocket(port, path, credentials);
    return { socket, target: sockets.at(-1) as Duplex };
  };
  const polite = await open();
  polite.socket.client.send(encodeFrame(8, Buffer.alloc(0), true));
  expect((await polite.socket.next()).opcode).toBe(8);
  await polite.socket.client.waitForClose();
  const cutByClient = await open();
  cutByClient.socket.client.socket.resetAndDestroy();
  await once(cutByClient.target, 'close');
  const cutByTarget = await open();
  cutByTarget.target.destroy();
  await cutByTarget.socket.client.waitForClose();
  const resetByTarget = await open();
  (resetByTarget.target as Socket).resetAndDestroy();
  await resetByTarget.socket.client.waitForClose();
});

test.each([
  ['closes', (socket: Socket) => void socket.end()],
  ['cuts the connection', (socket: Socket) => void socket.resetAndDestroy()],
])(
  'A client that got a stream instead of its WebSocket is gone when it %s, though the stream says nothing more.',
  async (_how, leave) => {
    const { target, sockets } = await startRawBackend((socket) => {
      socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nbegun'));
    });
    const { port, client, proxy } = await startTestProxy();
    await client.addRoute('/', { target });
    const raw = await RawClient.open(port);
    raw.send(`${handshake('/x')}more`);
    await raw.waitFor('begun');
    leave(raw.socket);
    await expect.poll(() => sockets[0]?.destroyed).toBe(true);
    expect(proxy.load().exchanges).toBe(0);
  },
);

test('An end that the other side never answers with its own does not keep the sockets for ever.', async () => {
  const backend = await startBackend();
  const sockets: Duplex[] = [];
  acceptWebSockets(backend.server, (socket) => {
    sockets.push(socket);
    socket.resume(); // never ends its half
  });
  const { port, client } = await startTestProxy({ timeouts: { lingerMs: 100 } });
  await client.addRoute('/', { target: backend.target });
  const raw = (await openWebSocket(port, '/')).client;
  raw.socket.end();
  await raw.waitForClose();
  await knockUntilReset(sockets[0] as Duplex); // the proxy has closed this side as well
});

test('What a server said before it closed still reaches a client that reads slowly.', async () => {
  const megabytes = 20;
  const backend = await startBackend();
  acceptWebSockets(backend.server, (socket) => {
    socket.end(Buffer.concat([Buffer.alloc(megabytes * 1024 * 1024, 'x'), Buffer.from('last words')]));
    socket.resume();
  });
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target: backend.target });
  const raw = await RawClient.open(port);
  raw.socket.pause();
  raw.send(handshake('/'));
  await new Promise((resolve) => setTimeout(resolve, 200)); // the target is done by then, the client has read nothing
  let bytes = 0;
  let tail = '';
  raw.socket.on('data', (chunk) => {
    bytes += chunk.length;
    tail = (tail + chunk.toString('latin1')).slice(-10);
  });
  raw.socket.resume();
  raw.socket.once('end', () => raw.socket.end());
  await once(raw.socket, 'close');
  expect(bytes).toBeGreaterThan(megabytes * 1024 * 1024);
  expect(tail).toBe('last words');
});

test('A server that pushes faster than its client reads is slowed down, and memory stays flat.', async () => {
  const backend = await startBackend();
  let pushedBytes = 0;
  const chunk = Buffer.alloc(64 * 1024, 'x');
  acceptWebSockets(backend.server, (socket) => {
    const push = (): void => {
      do pushedBytes += chunk.length;
      while (!socket.destroyed && socket.write(chunk));
      socket.once('drain', push);
    };
    push();
  });
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target: backend.target });
  const gauge = new BufferGauge();
  const raw = await RawClient.open(port);
  raw.send(handshake('/'));
  await raw.waitFor('\r\n\r\n');
  raw.socket.pause();
  let before = -1;
  while (before !== pushedBytes) {
    before = pushedBytes;
    await new Promise((resolve) => setTimeout(resolve, 150)); // until everything on the way is full
  }
  expect(pushedBytes).toBeLessThan(64 * 1024 * 1024);
  gauge.sample();
  expect(gauge.mostBytes).toBeLessThan(40 * 1024 * 1024);
  raw.socket.destroy();
});

test('500 upgrades to a path without a route, and as many refused by the gate, leave no socket open.', async () => {
  const { port, proxy } = await startEcho({ drainMs: 60_000 });
  const refusals = await Promise.all(
    Array.from({ length: 500 }, (_, index) => sendRaw(port, handshake(index % 2 === 0 ? '/nowhere' : path))),
  );
  expect(new Set(refusals.map(statusOf))).toEqual(new Set([404, 401]));
  const start = Date.now();
  await proxy.close(); // waits for every open connection, up to its deadline
  expect(Date.now() - start).toBeLessThan(10_000);
});

test('A refused upgrade ends the connection even when the client never closes its half.', async () => {
  const { port } = await startEcho();
  const raw = await RawClient.open(port);
  raw.send(handshake('/nowhere'));
  await raw.waitFor('no-route');
  if (!raw.socket.readableEnded) await once(raw.socket, 'end');
  await knockUntilReset(raw.socket);
});

test.each([
  [
    'another protocol',
    501,
    'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n\r\n',
  ],
  ['two protocols', 400, handshake('/', []).replace('Upgrade: websocket', 'Upgrade: websocket\r\nUpgrade: h2c')],
  ['POST', 400, handshake('/').replace('GET', 'POST')],
  ['HTTP/1.0', 400, handshake('/').replace('HTTP/1.1', 'HTTP/1.0')],
  ['a body', 400, `${handshake('/', ['Content-Length: 3'])}abc`],
  ['no key', 400, handshake('/').replace(/Sec-WebSocket-Key: .*\r\n/, '')],
  ['two hosts', 400, handshake('/', ['Host: b'])],
  ['a path that is refused', 400, handshake('/a/../b')],
])('An upgrade with %s is answered %i and reaches no target.', async (_what, status, bytes) => {
  const { port, client } = await startTestProxy();
  const backend = await startBackend();
  await client.addRoute('/', { target: backend.target });
  expect(statusOf(await sendRaw(port, bytes))).toBe(status);
  expect(backend.connections).toBe(0);
});

test('An ordinary answer to a handshake is passed on whole, then the connection ends.', async () => {
  const backend = await startBackend((_request, response) => {
    response.writeHead(403, { 'X-Why': 'because' });
    response.end('x'.repeat(300_000));
  });
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target: backend.target });
  const text = await sendRaw(port, handshake('/'));
  expect(statusOf(text)).toBe(403);
  expect(text).toMatch(/X-Why: because\r\n/);
  expect(text).toMatch(/Connection: close\r\n/);
  expect(text.match(/x/g)?.length).toBeGreaterThanOrEqual(300_000);
});

const otherProtocol = 'HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n';
const oddTargets: [string, number, ((socket: Duplex) => unknown) | undefined][] = [
  ['refuses the connection', 503, undefined],
  ['closes without an answer', 503, (socket) => socket.once('data', () => socket.destroy())],
  ['never answers', 503, (socket) => socket.resume()],
  ['switches to another protocol', 502, (socket) => socket.once('data', () => socket.write(otherProtocol))],
  ['does not speak HTTP', 502, (socket) => socket.once('data', () => socket.write('hello\r\n\r\n'))],
];

test.each(oddTargets)(
  'When the target of a WebSocket %s the client gets a %i and both sockets end.',
  async (_what, status, talk) => {
    const backend = talk && (await startRawBackend((socket) => void talk(socket)));
    const { port, client } = await startTestProxy({ timeouts: { upgradeMs: 150 } });
    await client.addRoute('/', { target: backend?.target ?? 'http://127.0.0.1:1' });
    expect(statusOf(await sendRaw(port, handshake('/')))).toBe(status);
    for (const socket of backend?.sockets ?? []) if (!socket.closed) await once(socket, 'close');
  },
);

test('An upgrade pipelined behind a request whose answer is not finished ends the connection.', async () => {
  const backend = await startBackend((_request, response) => void response.write('begun'));
  acceptWebSockets(backend.server, echo);
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target: backend.target });
  const raw = await RawClient.open(port);
  raw.send('GET /slow HTTP/1.1\r\nHost: a\r\n\r\n');
  await raw.waitFor('begun');
  raw.send(handshake('/'));
  expect(await raw.waitForClose()).not.toContain('101');
});

test('A handshake on a kept connection that the target has just closed is sent once more.', async () => {
  const backend = await startRawBackend((socket) => {
    let onThisSocket = 0;
    socket.on('data', (bytes) => {
      onThisSocket += 1;
      if (onThisSocket > 1) socket.destroy();
      else if (bytes.includes('Upgrade'))
        socket.write('HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n');
      else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    });
  });
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target: backend.target });
  expect(statusOf(await sendRaw(port, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'))).toBe(200);
  await openWebSocket(port, '/');
  expect(backend.sockets).toHaveLength(2);
});

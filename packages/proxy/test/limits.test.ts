import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { networkOf } from '../src/index.js';
import { ask } from './support/ask.js';
import { startBackend, startRawBackend } from './support/backend.js';
import { RawClient, statusOf } from './support/raw-client.js';
import { authority, portOf, serverPair, startFromCommandLine } from './support/start-command.js';
import { startTestProxy } from './support/test-proxy.js';
import { acceptWebSockets, echo, handshake, openWebSocket } from './support/web-socket.js';

const health = 'GET /_chp_healthz HTTP/1.1\r\nHost: a\r\n\r\n';

async function isServed(port: number, from?: string): Promise<boolean> {
  const client = await RawClient.open(port, from);
  client.socket.once('end', () => client.socket.end());
  client.send(health);
  const served = await client.waitFor('"OK"').then(
    () => true,
    () => false,
  );
  client.socket.destroy();
  return served;
}

test('An address that opens many connections gets no more than its limit; another address is served.', async () => {
  const { port, log, proxy } = await startTestProxy({
    limits: { connectionsPerClient: 5 },
    metrics: { host: '127.0.0.1', port: 0 },
  });
  const open = await Promise.all(Array.from({ length: 5 }, () => RawClient.open(port)));
  for (const client of open) {
    client.send(health);
    await client.waitFor('"OK"');
  }
  for (let attempt = 0; attempt < 20; attempt += 1) expect(await isServed(port)).toBe(false);
  expect(await isServed(port, '127.0.0.2')).toBe(true);
  expect(log.filter(({ level }) => level === 'warn')).toEqual([
    {
      level: 'warn',
      fields: { from: '127.0.0.1', most: 5, refused: 1 },
      message: 'Connections are refused: more than 5 of one client address',
    },
  ]);
  const { metricsAddress } = proxy;
  const { body } = await ask(
    metricsAddress !== undefined && 'port' in metricsAddress ? metricsAddress.port : 0,
    '/metrics',
  );
  expect(body).toContain('connections_refused{limit="client"} 20');
  open[0]?.socket.destroy();
  await expect.poll(() => isServed(port)).toBe(true);
});

test('WebSockets count like any other connection, until they are closed.', async () => {
  const backend = await startBackend();
  acceptWebSockets(backend.server, echo);
  const { port, client } = await startTestProxy({ limits: { connectionsPerClient: 2 } });
  await client.addRoute('/', { target: backend.target });
  const sockets = [await openWebSocket(port, '/'), await openWebSocket(port, '/')];
  expect(await isServed(port)).toBe(false);
  sockets[0]?.client.socket.destroy();
  await expect.poll(() => isServed(port)).toBe(true);
});

test('Over TLS connections beyond the limit are closed before the handshake.', async () => {
  const { port } = await startTestProxy({ tls: serverPair, limits: { connectionsPerClient: 1 } });
  const open = async (localAddress: string): Promise<void> => {
    const socket = connectSecurely({
      socket: connect({ port, host: '127.0.0.1', localAddress }),
      ...{ ca: authority, servername: 'localhost' },
    });
    onTestFinished(() => void socket.destroy());
    await once(socket, 'secureConnect');
  };
  await open('127.0.0.1');
  await expect(open('127.0.0.1')).rejects.toThrow();
  await open('127.0.0.2');
});

test('Beyond the limit for all together nobody more is let in, from wherever.', async () => {
  const { port, log } = await startTestProxy({ limits: { connections: 2 } });
  const open = [await RawClient.open(port), await RawClient.open(port, '127.0.0.2')];
  expect(await isServed(port, '127.0.0.3')).toBe(false);
  expect(JSON.stringify(log)).toContain('more than 2 of all clients together');
  open[1]?.socket.destroy();
  await expect.poll(() => isServed(port, '127.0.0.3')).toBe(true);
});

const redirectTo = { listen: { host: '127.0.0.1', port: 0 }, httpsPort: 443 };

test('What an address has open on the port for redirects counts with the rest; another address is redirected.', async () => {
  const { port, proxy } = await startTestProxy({ limits: { connectionsPerClient: 3 }, redirect: redirectTo });
  const redirectPort = portOf(proxy.redirectAddress);
  const first = await RawClient.open(redirectPort);
  for (const at of [redirectPort, port]) await RawClient.open(at);
  await expect.poll(() => isServed(port)).toBe(false);
  const refused = await RawClient.open(redirectPort);
  expect(await refused.waitForClose()).toBe('');
  const other = await RawClient.open(redirectPort, '127.0.0.2');
  other.send('GET /a HTTP/1.1\r\nHost: hub.example.org\r\n\r\n');
  expect(await other.waitForClose()).toContain('Location: https://hub.example.org/a\r\n');
  first.socket.destroy();
  await expect.poll(() => isServed(port)).toBe(true);
});

test('Whoever fills the port for redirects from many addresses is stopped there, and the hub is still reached.', async () => {
  const { port, proxy, log } = await startTestProxy({ limits: { connections: 2 }, redirect: redirectTo });
  const redirectPort = portOf(proxy.redirectAddress);
  const addresses = ['127.0.0.1', '127.0.0.2', '127.0.0.3'];
  const open: RawClient[] = [];
  for (const from of addresses) open.push(await RawClient.open(redirectPort, from));
  expect(await open[2]?.waitForClose()).toBe('');
  expect(JSON.stringify(log)).toContain('more than 2 of all clients together');
  expect(await isServed(port)).toBe(true);
});

test('A trusted proxy is not limited; what is under way for each client that it names is, and others are not believed.', async () => {
  const held: Socket[] = [];
  const { target } = await startRawBackend((socket) => void held.push(socket));
  const { port, client } = await startTestProxy({
    limits: { connectionsPerClient: 2 },
    trustedProxies: ['127.0.0.1'],
  });
  await client.addRoute('/', { target });
  const begin = async (forwardedFor: string, from?: string): Promise<RawClient> => {
    const raw = await RawClient.open(port, from);
    raw.send(`GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: ${forwardedFor}\r\n\r\n`);
    return raw;
  };
  await begin('192.0.2.1');
  await begin('192.0.2.1');
  await begin('192.0.2.2');
  await expect.poll(() => held.length).toBe(3);
  const refused = await begin('192.0.2.1');
  expect(statusOf(await refused.waitFor('too-many-connections'))).toBe(429);
  const handshaking = await RawClient.open(port);
  handshaking.send(handshake('/', ['X-Forwarded-For: 192.0.2.1']));
  expect(statusOf(await handshaking.waitForClose())).toBe(429);
  held[0]?.end('HTTP/1.1 204 No Content\r\n\r\n');
  const next = await begin('192.0.2.1');
  await expect.poll(() => held.length).toBe(4);
  expect(next.text).toBe('');
  // Whoever is not trusted counts as itself, whatever it says.
  await begin('192.0.2.7', '127.0.0.2');
  await begin('192.0.2.8', '127.0.0.2');
  expect(await isServed(port, '127.0.0.2')).toBe(false);
});

test('Addresses of one IPv6 /64 count as one; IPv4 addresses each by itself.', () => {
  expect(networkOf('2001:db8:0:1::1')).toBe(networkOf('2001:db8:0:1:ffff::2'));
  expect(networkOf('2001:db8:0:1::1')).not.toBe(networkOf('2001:db8:0:2::1'));
  expect(networkOf('192.0.2.1')).not.toBe(networkOf('192.0.2.2'));
  expect(networkOf('::ffff:192.0.2.1')).not.toBe(networkOf('::ffff:192.0.2.2'));
});

const timeouts = { bodyMs: 200 };

test.each([
  ['with a length', 'Content-Length: 100000\r\n\r\n', 'x'],
  ['in chunks', 'Transfer-Encoding: chunked\r\n\r\n', '1\r\nx\r\n'],
])(
  'A body %s that comes a byte at a time is cut off with a 408, and the target is let go.',
  async (_how, lines, drop) => {
    const { target, sockets } = await startRawBackend((socket) => void socket.resume());
    const { port, client } = await startTestProxy({ timeouts });
    await client.addRoute('/', { target });
    const slow = await RawClient.open(port);
    slow.send(`POST / HTTP/1.1\r\nHost: a\r\n${lines}`);
    const dripping = setInterval(() => slow.send(drop), 20);
    onTestFinished(() => clearInterval(dripping));
    expect(statusOf(await slow.waitForClose())).toBe(408);
    expect(slow.text).toContain('body-timed-out');
    await expect.poll(() => sockets.every(({ destroyed }) => destroyed)).toBe(true);
  },
);

test('A slow body behind a refusal that was sent long ago is cut off too.', async () => {
  const { port } = await startTestProxy({ timeouts });
  const slow = await RawClient.open(port);
  slow.send('POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n');
  await slow.waitFor('no-route');
  const dripping = setInterval(() => slow.send('x'), 20);
  onTestFinished(() => clearInterval(dripping));
  await slow.waitForClose();
});

test('A slow body of an answer that has begun breaks it off.', async () => {
  const { target } = await startRawBackend((socket) => {
    socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nbegun'));
  });
  const { port, client } = await startTestProxy({ timeouts });
  await client.addRoute('/', { target });
  const slow = await RawClient.open(port);
  slow.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n');
  await slow.waitFor('begun');
  expect(await slow.waitForClose()).not.toContain('408');
});

test('A body that waits because its target does not read is not cut off, and neither is one that just goes on.', async () => {
  let target: Socket | undefined;
  const { target: href } = await startRawBackend((socket) => {
    socket.pause();
    target = socket;
  });
  const { port, client } = await startTestProxy({ timeouts });
  await client.addRoute('/', { target: href });
  const sender = await RawClient.open(port);
  const size = 20_000_000;
  sender.send(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${size}\r\n\r\n`);
  sender.send(Buffer.alloc(size));
  await new Promise((resolve) => setTimeout(resolve, 5 * timeouts.bodyMs)); // what must not happen has no event
  expect([sender.closed, sender.text]).toEqual([false, '']);
  let got = 0;
  target?.on('data', (bytes) => {
    got += bytes.length;
    if (got > size) target?.end('HTTP/1.1 204 No Content\r\n\r\n');
  });
  target?.resume();
  expect(statusOf(await sender.waitFor('\r\n\r\n'))).toBe(204);
});

test('The options of the command are the limits of the proxy.', async () => {
  const { port } = await startFromCommandLine(['--max-header-size', '2000', '--max-connections-per-client', '1']);
  const first = await RawClient.open(port);
  first.send(`GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(2500)}\r\n\r\n`);
  expect(await isServed(port)).toBe(false);
  const text = await first.waitForClose();
  expect(statusOf(text)).toBe(431);
  expect(text).toContain('larger than 2000 bytes');
});

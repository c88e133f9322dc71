import { once } from 'node:events';
import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2';
import type { Duplex } from 'node:stream';
import { expect, test } from 'vitest';
import type { ProxyTimeouts } from '../../src/timeouts.js';
import { startBackend } from '../support/backend.js';
import { beginHttp2, finishHttp2, openHttp2 } from '../support/http2.js';
import { serverPair } from '../support/start-command.js';
import {
  aliceCookieName,
  aliceRoute,
  publicUrl,
  serverSecret,
  signToken,
  startTestProxy,
} from '../support/test-proxy.js';
import { acceptWebSockets, echo, encodeFrame, FrameReader } from '../support/web-socket.js';

const path = '/user/alice/default/api/kernels/1/channels';
const credentials = { cookie: `${aliceCookieName}=${signToken()}; juhub-session=s`, origin: publicUrl };

async function startEcho(timeouts: Partial<ProxyTimeouts> = {}) {
  const backend = await startBackend();
  const sockets: Duplex[] = [];
  const requests: [string, string][][] = [];
  acceptWebSockets(backend.server, (socket, { rawHeaders, headers }) => {
    sockets.push(socket);
    requests.push(Object.entries(headers).map(([name, value]) => [name, String(value)]));
    expect(rawHeaders).not.toContain(':protocol');
    echo(socket);
  });
  const house = await startTestProxy({ tls: serverPair, timeouts: { lingerMs: 60_000, ...timeouts } });
  await house.client.addRoute('/user/alice/default', aliceRoute(backend.target));
  return { ...house, backend, sockets, requests, session: await openHttp2(house.port) };
}

function connectTo(session: ClientHttp2Session, headers: Record<string, string> = {}): ClientHttp2Stream {
  const connecting = { ':method': 'CONNECT', ':protocol': 'websocket', ':scheme': 'https', ':path': path };
  return beginHttp2(session, { ...connecting, 'sec-websocket-version': '13', ...credentials, ...headers }, false);
}

async function open(session: ClientHttp2Session): Promise<{ stream: ClientHttp2Stream; next: () => Promise<Buffer> }> {
  const stream = connectTo(session);
  const [headers] = await once(stream, 'response');
  if (headers[':status'] !== 200) throw new Error(`Refused: ${headers[':status']}`);
  expect(headers).not.toHaveProperty('sec-websocket-accept');
  const reader = new FrameReader();
  const next = async (): Promise<Buffer> => {
    for (;;) {
      const [bytes] = await once(stream, 'data');
      const [found] = reader.push(bytes);
      if (found !== undefined) return found.payload;
    }
  };
  return { stream, next };
}

test('WebSockets share the connection with requests, and what they say comes back as it was sent.', async () => {
  const { session, requests, client } = await startEcho();
  expect(session.remoteSettings.enableConnectProtocol).toBe(true);
  const two = [await open(session), await open(session)];
  for (const size of [0, 125, 65_536, 1_000_000]) {
    for (const { stream, next } of two) {
      const payload = Buffer.alloc(size, `${size} `);
      stream.write(encodeFrame(2, payload, true));
      expect((await next()).equals(payload)).toBe(true);
    }
  }
  expect(requests[0]).toEqual(
    expect.arrayContaining([
      ['authorization', `token ${serverSecret}`],
      ['upgrade', 'websocket'],
    ]),
  );
  expect(JSON.stringify(requests)).not.toMatch(/juhub-(?:gate|session)/);
  expect(JSON.stringify(await client.listRoutes())).toContain('last_activity');
});

test('A WebSocket may be silent for longer than a request may.', async () => {
  const { session } = await startEcho({ silenceMs: 1000 });
  const { stream, next } = await open(session);
  await new Promise((resolve) => setTimeout(resolve, 1600)); // what must not happen has no event
  stream.write(encodeFrame(1, Buffer.from('still here'), true));
  expect(String(await next())).toBe('still here');
});

test.each([
  ['no cookie', { cookie: '' }, 401],
  ['another origin', { origin: 'https://evil.example' }, 403],
  ['an expired token', { cookie: `${aliceCookieName}=${signToken({ exp: 1 })}` }, 401],
  ['another protocol', { ':protocol': 'connect-udp' }, 501],
  ['a path that two could read differently', { ':path': '/hub/..%2fuser/alice/default/' }, 400],
  ['no route', { ':path': '/nowhere' }, 404],
])('A WebSocket with %s is refused, and nothing reaches a target.', async (_what, headers, status) => {
  const { session, backend } = await startEcho();
  expect(await finishHttp2(connectTo(session, headers))).toMatchObject({ status });
  expect(backend.connections).toBe(0);
});

test('A key that the client sends along is not believed: the target gets one of the proxy’s own.', async () => {
  const { session, requests } = await startEcho();
  const stream = connectTo(session, { 'sec-websocket-key': 'bWluZQ==' });
  await once(stream, 'response');
  const keys = requests[0]?.filter(([name]) => name === 'sec-websocket-key');
  expect(keys).toHaveLength(1);
  expect(keys?.[0]?.[1]).toMatch(/^[A-Za-z0-9+/]{22}==$/);
});

test('A target that answers somebody else’s handshake is a 502.', async () => {
  const backend = await startBackend();
  backend.server.on('upgrade', (_request, socket) => {
    socket.write('HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: aaaa\r\n\r\n');
  });
  const { port, client } = await startTestProxy({ tls: serverPair });
  await client.addRoute('/user/alice/default', aliceRoute(backend.target));
  expect(await finishHttp2(connectTo(await openHttp2(port)))).toMatchObject({ status: 502 });
});

test('A refusal of the target is passed on like any other answer.', async () => {
  const backend = await startBackend((_request, response) => void response.writeHead(403).end('not you'));
  const { port, client } = await startTestProxy({ tls: serverPair });
  await client.addRoute('/user/alice/default', aliceRoute(backend.target));
  expect(await finishHttp2(connectTo(await openHttp2(port)))).toMatchObject({ status: 403, body: 'not you' });
});

test('When the client goes, the target’s socket goes; when the target goes, the client’s stream ends and no other.', async () => {
  const { session, sockets } = await startEcho();
  const [one, two, three] = [await open(session), await open(session), await open(session)];
  one.stream.close(8);
  await expect.poll(() => sockets[0]?.destroyed).toBe(true);
  const ended = once(two.stream, 'end');
  sockets[1]?.destroy();
  await ended;
  three.stream.write(encodeFrame(1, Buffer.from('still here'), true));
  expect(String(await three.next())).toBe('still here');
});

test('Deleting the route cuts off its WebSockets and leaves the connection.', async () => {
  const { session, client, sockets } = await startEcho();
  const { stream } = await open(session);
  await client.deleteRoute('/user/alice/default');
  await once(stream, 'close');
  await expect.poll(() => sockets[0]?.destroyed).toBe(true);
  expect(await finishHttp2(beginHttp2(session, { ':path': '/_chp_healthz' }))).toMatchObject({ status: 200 });
});

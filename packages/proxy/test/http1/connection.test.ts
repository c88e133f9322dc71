import { once } from 'node:events';
import { expect, test } from 'vitest';
import { startBackend, startRawBackend } from '../support/backend.js';
import { knockUntilReset, RawClient, sendRaw, statusOf } from '../support/raw-client.js';
import { startTestProxy } from '../support/test-proxy.js';

const get = (path: string, lines = ''): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n${lines}\r\n`;

/** A target that says what it was asked and sent. */
async function startMirror(timeouts = {}) {
  const backend = await startBackend((request, response) => {
    let body = '';
    request.on('data', (bytes: Buffer) => {
      body += bytes.toString('latin1');
    });
    request.on('end', () => response.end(`<${request.method} ${request.url} ${body}>`));
  });
  const { port, client } = await startTestProxy({ timeouts });
  await client.addRoute('/', { target: backend.target });
  return { backend, port };
}

const conversation = [
  get('/1'),
  'POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello',
  'POST /3 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nX-T: 1\r\n\r\n',
  `\r\n\r\n${get('/4')}`,
  'POST /5 HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n',
  get('/6', 'Connection: close\r\n'),
  'nonsense\r\n\r\n',
  get('/never'),
].join('');
const said = ['<GET /1 >', '<POST /2 hello>', '<POST /3 abcde>', '<GET /4 >', '<POST /5 >', '<GET /6 >'];

test.each([
  ['at once', conversation.length],
  ['in pieces of seven bytes', 7],
  ['byte by byte', 1],
])(
  'Requests one behind the other, with bodies of every kind and sent %s, are answered one by one until one is the last.',
  async (_how, length) => {
    const { port, backend } = await startMirror();
    const raw = await RawClient.open(port);
    for (let at = 0; at < conversation.length; at += length) {
      raw.send(conversation.slice(at, at + length));
      if (length < conversation.length) await new Promise((resolve) => setImmediate(resolve));
    }
    const text = await raw.waitForClose();
    expect(text.match(/<[A-Z].*?>/g)).toEqual(said);
    expect(backend.seen).toHaveLength(said.length);
  },
);

test('Far more than is read ahead waits for the first answer, and then is answered whole.', async () => {
  const { port } = await startMirror();
  const raw = await RawClient.open(port);
  const count = 800; // some 150 KB
  const heads = Array.from({ length: count }, (_, index) => get(`/${index}`, `X-Long: ${'x'.repeat(150)}\r\n`));
  raw.send(heads.join(''));
  const text = await raw.waitFor(`<GET /${count - 1} >`);
  expect(text.match(/<GET \/\d+ >/g)).toEqual(heads.map((_, index) => `<GET /${index} >`));
});

test('A client that closes its half behind requests in a row is gone: nothing is left of them.', async () => {
  const { target, sockets } = await startRawBackend((socket) => void socket.resume());
  const { port, client, proxy } = await startTestProxy();
  await client.addRoute('/', { target });
  const raw = await RawClient.open(port);
  raw.send(get('/1') + get('/2') + get('/3'));
  await expect.poll(() => proxy.load().exchanges).toBe(1);
  raw.socket.end();
  await raw.waitForClose();
  await expect.poll(() => [proxy.load().exchanges, sockets.every(({ destroyed }) => destroyed)]).toEqual([0, true]);
});

test.each([
  ['a head', 'GET / HTTP/1.1\r\nHost: a\r\n'],
  ['a body with a length', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc'],
  ['a body in chunks', 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc'],
])('A client that closes its half in the middle of %s is told so, and its target is let go.', async (_what, bytes) => {
  const { target, sockets } = await startRawBackend((socket) => void socket.resume());
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target });
  const raw = await RawClient.open(port);
  raw.send(bytes);
  raw.socket.end();
  expect(statusOf(await raw.waitForClose())).toBe(400);
  await expect.poll(() => sockets.every(({ destroyed }) => destroyed)).toBe(true);
});

test('Whoever sends nonsense and never closes its half is cut off all the same.', async () => {
  const { port } = await startTestProxy();
  const raw = await RawClient.open(port);
  raw.send('nonsense\r\n\r\n');
  if (!raw.socket.readableEnded) await once(raw.socket, 'end');
  await knockUntilReset(raw.socket);
});

test('A kept connection ends without a word when nothing more comes, and with a 408 in the middle of a head, however it drips.', async () => {
  const { port } = await startMirror({ idleMs: 300, headersMs: 300 });
  const idle = await RawClient.open(port);
  idle.send(get('/'));
  const answered = await idle.waitFor('<GET / >');
  expect(answered).toMatch(/\r\nConnection: keep-alive\r\n/);
  const dripping = await RawClient.open(port);
  dripping.send(get('/'));
  await dripping.waitFor('<GET / >');
  dripping.send('GET / HTTP/1.1\r\n');
  const drops = setInterval(() => dripping.send('X'), 20);
  expect(statusOf((await dripping.waitForClose()).split('<GET / >')[1] ?? '')).toBe(408);
  clearInterval(drops);
  expect(await idle.waitForClose()).toBe(answered);
});

test('Empty lines between requests do not keep a connection.', async () => {
  const { port } = await startMirror({ idleMs: 200 });
  const raw = await RawClient.open(port);
  raw.send(get('/'));
  await raw.waitFor('<GET / >');
  const lines = setInterval(() => raw.send('\r\n'), 20);
  await raw.waitForClose();
  clearInterval(lines);
});

test('HTTP/1.0 keeps its connection when it asks to, and an answer says once when it was made.', async () => {
  const { port } = await startMirror();
  const raw = await RawClient.open(port);
  raw.send('HEAD /1 HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n');
  const first = await raw.waitFor('\r\n\r\n');
  expect(first).toMatch(/\r\nConnection: keep-alive\r\n/);
  expect(first.match(/\r\nDate: /g)).toHaveLength(1);
  raw.send('GET /2 HTTP/1.0\r\n\r\n');
  const text = await raw.waitForClose();
  expect(text).toMatch(/\r\nConnection: close\r\n[\s\S]*<GET \/2 >$/);
  expect(text).not.toMatch(/transfer-encoding/i);
});

test('A request that could not be read to its end is the last of its connection.', async () => {
  const { port, backend } = await startMirror();
  const coding = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n';
  const text = await sendRaw(port, `${coding}${get('/hidden')}`);
  expect(statusOf(text)).toBe(501);
  expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1);
  expect(backend.seen).toEqual([]);
});

test('Chunks that are little but extensions are refused.', async () => {
  const { target } = await startRawBackend((socket) => void socket.resume());
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target });
  const chunk = `1;a=${'b'.repeat(4000)}\r\nx\r\n`;
  const head = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n';
  expect(statusOf(await sendRaw(port, head + chunk.repeat(5)))).toBe(400);
});

test('Something that speaks no HTTP is told so at its first bytes, for it may wait for an answer.', async () => {
  const { port } = await startTestProxy();
  for (const bytes of ['\x16\x03\x01', 'SSH-2.0-x', 'get /', 'G\0', '\0', 'GET / HTTP/1.1\r\nX: \0']) {
    expect([bytes, statusOf(await sendRaw(port, bytes))]).toEqual([bytes, 400]);
  }
});

test('A request on which nothing passes for too long is given up, but a connection without one is kept.', async () => {
  const { target } = await startRawBackend((socket) => {
    socket.on('data', (bytes: Buffer) => {
      if (!bytes.includes('/silent')) socket.write('HTTP/1.1 204 No Content\r\n\r\n');
    });
  });
  const { port, client } = await startTestProxy({ timeouts: { silenceMs: 200 } });
  await client.addRoute('/', { target });
  const raw = await RawClient.open(port);
  raw.send(get('/'));
  await raw.waitFor('204');
  await new Promise((resolve) => setTimeout(resolve, 500)); // what must not happen has no event
  raw.send(get('/'));
  await raw.waitFor(/204[\s\S]*204/);
  raw.send(get('/silent'));
  expect((await raw.waitForClose()).match(/HTTP\/1\.1/g)).toHaveLength(2);
});

import { expect, test } from 'vitest';
import { startBackend, valuesOf } from './support/backend.js';
import { RawClient, sendRaw, statusOf } from './support/raw-client.js';
import { startTestProxy } from './support/test-proxy.js';

const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n';

/** What must never reach a target at all. */
test.each([
  ['a length and chunks (CL.TE)', `Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`],
  [
    'chunks and a length (TE.CL)',
    `Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n5c\r\n${smuggled}\r\n0\r\n\r\n`,
  ],
  ['two equal lengths', `Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc`],
  ['two different lengths', `Content-Length: 0\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}`],
  ['a list of lengths', 'Content-Length: 3, 3\r\n\r\nabc'],
  ['a signed length', 'Content-Length: +3\r\n\r\nabc'],
  ['a hexadecimal length', 'Content-Length: 0x3\r\n\r\nabc'],
  ['an empty length', 'Content-Length:\r\n\r\n'],
  ['a length beyond 64 bits', 'Content-Length: 99999999999999999999\r\n\r\n'],
  ['an unknown transfer coding', 'Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n'],
  ['a compressed transfer coding', 'Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n'],
  ['chunked that is not last', 'Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n'],
  ['chunked twice', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['identity and a length', `Transfer-Encoding: identity\r\nContent-Length: 3\r\n\r\nabc`],
  ['an empty transfer coding and a length', `Transfer-Encoding:\r\nContent-Length: 3\r\n\r\nabc`],
  ['a vertical tab before chunked', 'Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n'],
  ['white space before the colon', `Transfer-Encoding : chunked\r\nContent-Length: 3\r\n\r\nabc`],
  ['white space before a harmless colon', 'X-A : b\r\n\r\n'],
  ['a folded header', 'X-A: b\r\n c\r\n\r\n'],
  ['a folded transfer coding', 'Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n'],
  ['a bare line feed between headers', 'X-A: b\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['a bare carriage return in a header', 'X-A: b\rTransfer-Encoding: chunked\r\n\r\n'],
  ['a NUL in a header', 'X-A: b\0c\r\n\r\n'],
  ['a second Host', 'Host: other\r\n\r\n'],
])('A request with %s is refused, and nothing of it reaches a target.', async (_what, rest) => {
  const backend = await startBackend();
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target: backend.target });
  const text = await sendRaw(port, `POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${rest}`);
  expect([400, 501]).toContain(statusOf(text));
  expect(backend.seen).toEqual([]);
});

test.each([
  ['a line feed only', '3\nabc\n0\n\n'],
  ['0x before its size', '0x3\r\nabc\r\n0\r\n\r\n'],
  ['more data than its size', '3\r\nabcd\r\n0\r\n\r\n'],
  ['a signed size', '+3\r\nabc\r\n0\r\n\r\n'],
  ['a size beyond 64 bits', 'fffffffffffffffff\r\nabc\r\n0\r\n\r\n'],
])('A chunk with %s ends the connection, and the target never sees a finished request.', async (_what, chunks) => {
  const backend = await startBackend();
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target: backend.target });
  const raw = await RawClient.open(port);
  raw.send(`POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}${smuggled}`);
  await raw.waitForClose();
  expect(backend.seen).toEqual([]);
});

test('Chunks reach the target newly framed: extensions are gone and there is one request.', async () => {
  const backend = await startBackend((request, response) => void request.on('end', () => response.end('ok')));
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target: backend.target });
  const raw = await RawClient.open(port);
  raw.send('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: CHUNKED\r\n\r\n3;a="b\nc"\r\n');
  await raw.waitForClose();
  expect(backend.seen).toEqual([]);
  const good = await RawClient.open(port);
  good.send('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: CHUNKED\r\n\r\n3;a=b\r\nabc\r\n0\r\n\r\n');
  await good.waitFor(/ok\r\n0|\r\n\r\nok/);
  expect(backend.seen).toEqual([expect.objectContaining({ body: 'abc', method: 'POST' })]);
  expect(valuesOf(backend.seen[0], 'transfer-encoding')).toEqual(['chunked']);
  expect(valuesOf(backend.seen[0], 'content-length')).toEqual([]);
});

test('A request hidden in the body of a GET stays a body.', async () => {
  const backend = await startBackend((request, response) => {
    request.resume();
    request.on('end', () => response.end('ok'));
  });
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target: backend.target });
  const raw = await RawClient.open(port);
  raw.send(`GET /outer HTTP/1.1\r\nHost: a\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}`);
  await raw.waitFor(/ok$/);
  raw.send('GET /next HTTP/1.1\r\nHost: a\r\n\r\n');
  await raw.waitFor(/ok[\s\S]*ok$/);
  expect(backend.seen.map(({ url, body }) => url + body)).toEqual([`/outer${smuggled}`, '/next']);
});

test.each([
  ['HTTP/0.9', 'GET /\r\n\r\n', 505],
  ['HTTP/2 in plain text', 'GET / HTTP/2.0\r\nHost: a\r\nConnection: close\r\n\r\n', 505],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
  ['HTTP/1.1 without a Host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
  ['a Host that is none', 'GET / HTTP/1.1\r\nHost: a/b@c\r\nConnection: close\r\n\r\n', 400],
  ['chunks in HTTP/1.0', 'POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 400],
  ['a method in lower case', 'get / HTTP/1.1\r\nHost: a\r\n\r\n', 400],
  ['the absolute form', 'GET http://other/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 400],
  ['the asterisk form', 'OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 400],
  ['a header of 70 KB', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(70_000)}\r\n\r\n`, 431],
  ['a TLS greeting', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
])('%s is refused and reaches no target.', async (_what, bytes, status) => {
  const backend = await startBackend();
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target: backend.target });
  expect(statusOf(await sendRaw(port, bytes))).toBe(status);
  expect(backend.seen).toEqual([]);
});

test('Headers of 60 KB pass.', async () => {
  const backend = await startBackend();
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target: backend.target });
  const value = 'a'.repeat(60_000);
  await sendRaw(port, `GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Long: ${value}\r\n\r\n`);
  expect(valuesOf(backend.seen[0], 'x-long')).toEqual([value]);
});

test('Bytes that are not HTTP in the middle of an answer end the connection without a word into that answer.', async () => {
  const backend = await startBackend((_request, response) => {
    response.write('streaming');
  });
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target: backend.target });
  const raw = await RawClient.open(port);
  raw.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await raw.waitFor('streaming');
  raw.send('nonsense\r\n\r\n');
  const text = await raw.waitForClose();
  expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1);
  expect(text).toMatch(/streaming\r\n$/);
});

test('A head that does not arrive in time ends the connection, before its first byte and in the middle.', async () => {
  const { port } = await startTestProxy({ timeouts: { headersMs: 200 } });
  const silent = await RawClient.open(port);
  const slow = await RawClient.open(port);
  slow.send('GET / HTTP/1.1\r\nHost: a\r\n');
  expect(statusOf(await slow.waitForClose())).toBe(408);
  expect(statusOf(await silent.waitForClose())).toBe(408);
});

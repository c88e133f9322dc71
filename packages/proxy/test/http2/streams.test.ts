import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { constants } from 'node:http2';
import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { startBackend, startRawBackend, valuesOf } from '../support/backend.js';
import { askHttp2, beginHttp2, finishHttp2, openHttp2 } from '../support/http2.js';
import { BufferGauge } from '../support/memory.js';
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
import { serverPair } from '../support/start-command.js';
import { startTestProxy } from '../support/test-proxy.js';

const tls = serverPair;
const megabyte = 1024 * 1024;

/** Resolves once something has begun to grow and does not any more. */
async function untilStill(read: () => number): Promise<void> {
  let before = 0;
  const isStill = (): boolean => {
    const isSame = before > 0 && read() === before;
    before = read();
    return isSame;
  };
  await expect.poll(isStill, { interval: 200 }).toBe(true);
}

test('The last bytes of an answer arrive as they are, although they wait behind those that came together with them.', async () => {
  const parts = [5_000, 20_000, 6_000].map((bytes) => randomBytes(bytes));
  const framed = parts.flatMap((part) => [Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n')]);
  const answer = Buffer.concat([
    Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'),
    ...framed,
    Buffer.from('0\r\n\r\n'),
  ]);
  const { target } = await startRawBackend((socket) => void socket.on('data', () => socket.write(answer)));
  const { port, client } = await startTestProxy({ tls });
  await client.addRoute('/', { target });
  const session = await openHttp2(port);
  const whole = Buffer.concat(parts).toString('latin1');
  const answers = await Promise.all(Array.from({ length: 50 }, () => askHttp2(session, '/x')));
  expect(answers.filter(({ body }) => body !== whole)).toHaveLength(0);
});

test.each([
  ['resets its stream', (raw: RawHttp2) => raw.send(frame('reset', 1, Buffer.from([0, 0, 0, errorCodes.cancel])))],
  ['resets it and calls that no error', (raw: RawHttp2) => raw.send(frame('reset', 1, Buffer.alloc(4)))],
  ['ends its connection', (raw: RawHttp2) => void raw.socket.end()],
  ['breaks its connection off', (raw: RawHttp2) => raw.reset()],
])('An upload whose client %s is not told to the target as if it were whole.', async (_how, leave) => {
  let came = '';
  const { target, sockets } = await startRawBackend((socket) => {
    socket.on('data', (bytes) => {
      came += bytes.toString('latin1');
    });
  });
  const { port, client } = await startTestProxy({ tls });
  await client.addRoute('/', { target });
  const raw = await RawHttp2.open(port);
  raw.sendHead(1, postHead, false);
  raw.send(frame('data', 1, Buffer.from('a part of it')));
  await expect.poll(() => came).toMatch(/\r\n\r\nc\r\na part of it\r\n$/);
  leave(raw);
  await expect.poll(() => sockets[0]?.destroyed).toBe(true);
  expect(came).toMatch(/a part of it\r\n$/);
});

test.each([
  ['in chunks', 'Transfer-Encoding: chunked\r\n\r\n5\r\nbegun\r\n'],
  ['with a length', 'Content-Length: 10\r\n\r\nbegun'],
])('A target that dies in the middle of an answer %s resets that stream alone.', async (_how, begun) => {
  const dying: Socket[] = [];
  const { target } = await startRawBackend((socket) => {
    socket.on('data', (head) => {
      if (head.includes('/dies')) dying.push(socket);
      socket.write(
        head.includes('/dies') ? `HTTP/1.1 200 OK\r\n${begun}` : 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
      );
    });
  });
  const { port, client } = await startTestProxy({ tls });
  await client.addRoute('/', { target });
  const raw = await RawHttp2.open(port);
  raw.sendHead(1, [...plainHead.slice(0, 3), [':path', '/dies']]);
  await raw.waitFor(({ type, stream, payload }) => type === frameTypes.data && stream === 1 && payload.length === 5);
  dying[0]?.destroy();
  const reset = await raw.waitFor(({ type, stream }) => type === frameTypes.reset && stream === 1);
  expect(reset.payload.readUInt32BE(0)).toBe(errorCodes.internal);
  expect(
    raw.frames.some(
      ({ type, stream, flags: bits }) => stream === 1 && type === frameTypes.data && bits & flags.endStream,
    ),
  ).toBe(false);
  raw.sendHead(3, plainHead);
  expect(await raw.waitForRefusal(3)).toBe('200');
});

test('A request that the client takes back is taken back from the target, and no other.', async () => {
  const { target, sockets } = await startRawBackend((socket) => void socket.resume());
  const { port, client } = await startTestProxy({ tls });
  await client.addRoute('/', { target });
  const session = await openHttp2(port);
  const [first] = [beginHttp2(session, { ':path': '/a' }), beginHttp2(session, { ':path': '/b' })];
  await expect.poll(() => sockets.length).toBe(2);
  first.close(constants.NGHTTP2_CANCEL);
  await expect.poll(() => sockets.map(({ destroyed }) => destroyed).sort()).toEqual([false, true]);
});

test.each([
  ['with a length', 'Content-Length: 3\r\n\r\nno!'],
  ['in chunks', 'Transfer-Encoding: chunked\r\n\r\n3\r\nno!\r\n0\r\n\r\n'],
])('An answer %s before the end of the upload arrives whole, and the rest is not asked for.', async (_how, rest) => {
  const { target } = await startRawBackend((socket) => {
    socket.once('data', () => socket.write(`HTTP/1.1 413 X\r\n${rest}`));
  });
  const { port, client } = await startTestProxy({ tls });
  await client.addRoute('/', { target });
  const session = await openHttp2(port);
  const stream = beginHttp2(session, { ':path': '/', ':method': 'POST' }, false);
  stream.write('the beginning');
  expect(await finishHttp2(stream)).toMatchObject({ status: 413, body: 'no!', resetCode: 0 });
});

test('Each event of a stream arrives before the next one is made, and trailers end it.', async () => {
  let say: (text: string) => void = () => {};
  let end: () => void = () => {};
  const backend = await startBackend((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', Trailer: 'x-sum' });
    response.flushHeaders();
    say = (text) => void response.write(text);
    end = () => {
      response.addTrailers({ 'x-sum': '3', 'set-cookie': 'late=1' });
      response.end();
    };
  });
  const { port, client } = await startTestProxy({ tls });
  await client.addRoute('/', { target: backend.target });
  const session = await openHttp2(port);
  const stream = beginHttp2(session, { ':path': '/' });
  const answer = finishHttp2(stream);
  await once(stream, 'response');
  for (const event of ['one', 'two']) {
    say(event);
    expect(String((await once(stream, 'data'))[0])).toBe(event);
  }
  end();
  const { trailers } = await answer;
  expect(trailers['x-sum']).toBe('3');
  expect(trailers).not.toHaveProperty('set-cookie');
});

test('Trailers of a request reach the target behind the chunks, but for those that would fool it.', async () => {
  const backend = await startBackend((request, response) => void request.on('end', () => response.end()));
  const { port, client } = await startTestProxy({ tls });
  await client.addRoute('/', { target: backend.target });
  const raw = await RawHttp2.open(port);
  raw.sendHead(1, [...postHead, ['te', 'trailers']], false);
  raw.send(
    frame('data', 1, Buffer.from('abc')),
    frame(
      'headers',
      1,
      headerBlock([
        ['x-sum', '3'],
        ['cookie', 'a=1'],
        ['x-forwarded-for', '192.0.2.1'],
      ]),
      flags.endHeaders + flags.endStream,
    ),
  );
  expect(await raw.waitForRefusal(1)).toBe('200');
  expect(backend.seen[0]).toMatchObject({ body: 'abc', trailers: ['x-sum', '3'] });
  expect(valuesOf(backend.seen[0], 'te')).toEqual(['trailers']);
});

test.each<[string, [string, string]]>([
  ['a pseudo header', [':path', '/x']],
  ['transfer-encoding', ['transfer-encoding', 'chunked']],
])('Trailers with %s reset the stream; the target never sees a finished request.', async (_what, field) => {
  const backend = await startBackend((request, response) => void request.on('end', () => response.end()));
  const { port, client } = await startTestProxy({ tls });
  await client.addRoute('/', { target: backend.target });
  const raw = await RawHttp2.open(port);
  raw.sendHead(1, postHead, false);
  raw.send(frame('data', 1, Buffer.from('abc')));
  await expect.poll(() => backend.connections).toBe(1);
  raw.send(frame('headers', 1, headerBlock([field]), flags.endHeaders + flags.endStream));
  expect(await raw.waitForRefusal(1)).toBe('reset 1');
  expect(backend.seen).toEqual([]);
});

test('100 MB to a client that stops reading one stream wait at the target; other streams go on.', {
  timeout: 60_000,
}, async () => {
  const totalBytes = 100 * megabyte;
  let sentBytes = 0;
  const chunk = Buffer.alloc(64 * 1024, 'x');
  const backend = await startBackend((request, response) => {
    if (request.url !== '/large') return void response.end('small');
    response.writeHead(200, { 'Content-Length': totalBytes });
    const send = (): void => {
      while (sentBytes < totalBytes) {
        sentBytes += chunk.length;
        if (!response.write(chunk)) return void response.once('drain', send);
      }
      response.end();
    };
    send();
  });
  const { port, client } = await startTestProxy({ tls });
  await client.addRoute('/', { target: backend.target });
  const gauge = new BufferGauge();
  const session = await openHttp2(port);
  const large = beginHttp2(session, { ':path': '/large' });
  await once(large, 'response');
  await untilStill(() => sentBytes);
  expect(sentBytes).toBeLessThan(16 * megabyte);
  expect((await askHttp2(session, '/small')).body).toBe('small');
  let gotBytes = 0;
  large.on('data', (bytes: Buffer) => {
    gotBytes += bytes.length;
    gauge.watch(gotBytes, totalBytes);
  });
  await once(large, 'end');
  expect(gotBytes).toBe(totalBytes);
  expect(gauge.mostBytes).toBeLessThan(40 * megabyte);
});

test('100 MB to a target that stops reading wait at the client, and arrive whole when it reads.', {
  timeout: 60_000,
}, async () => {
  const totalBytes = 100 * megabyte;
  let gotBytes = 0;
  let target: Socket | undefined;
  const [sent, got] = [createHash('sha1'), createHash('sha1')];
  const { target: href } = await startRawBackend((socket) => {
    socket.pause();
    target = socket;
    socket.on('data', (bytes) => {
      const body = gotBytes === 0 ? bytes.subarray(bytes.indexOf('\r\n\r\n') + 4) : bytes;
      got.update(body);
      gotBytes += body.length;
    });
    socket.pause();
  });
  const { port, client } = await startTestProxy({ tls });
  await client.addRoute('/', { target: href });
  const session = await openHttp2(port);
  const upload = beginHttp2(session, { ':path': '/', ':method': 'PUT', 'content-length': totalBytes }, false);
  const answer = finishHttp2(upload);
  const chunk = randomBytes(megabyte);
  let sentBytes = 0;
  const gauge = new BufferGauge();
  const send = (): void => {
    if (sentBytes === totalBytes) return void upload.end();
    sentBytes += chunk.length;
    sent.update(chunk);
    upload.write(chunk, send);
  };
  send();
  await untilStill(() => sentBytes);
  expect(sentBytes).toBeLessThan(16 * megabyte);
  gauge.sample();
  expect(gauge.mostBytes).toBeLessThan(20 * megabyte);
  target?.resume();
  await expect.poll(() => gotBytes, { timeout: 30_000 }).toBe(totalBytes);
  target?.write('HTTP/1.1 204 No Content\r\n\r\n');
  expect((await answer).status).toBe(204);
  expect(got.digest('hex')).toBe(sent.digest('hex'));
});

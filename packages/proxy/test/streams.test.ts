import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { startBackend, startRawBackend } from './support/backend.js';
import { BufferGauge } from './support/memory.js';
import { RawClient, sendRaw, statusOf } from './support/raw-client.js';
import { startTestProxy } from './support/test-proxy.js';

const megabyte = 1024 * 1024;
const totalBytes = 100 * megabyte;
/** How far a sender may get ahead: what the kernel's and the proxy's own buffers hold. */
const mostAheadBytes = 16 * megabyte;
/** All buffers of this process, the test's own and those that are not swept yet; a proxy that hoards would hold 100 MB. */
const mostBufferedBytes = 40 * megabyte;

test('Each server-sent event arrives before the next one is made, and the head before the first.', async () => {
  let stream: ServerResponse | undefined;
  const backend = await startBackend((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.flushHeaders();
    stream = response;
  });
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target: backend.target });
  const raw = await RawClient.open(port);
  raw.send('GET /events HTTP/1.1\r\nHost: a\r\n\r\n');
  await raw.waitFor('text/event-stream\r\n');
  for (const event of ['one', 'two', 'three']) {
    stream?.write(`data: ${event}\n\n`);
    await raw.waitFor(`data: ${event}\n\n`);
  }
});

test('The bytes of an upload arrive while the rest has not been sent, and the answer may come before its end.', async () => {
  const backend = await startBackend((request, response) => {
    request.on('data', (chunk) => response.write(`<${chunk}>`));
    request.on('end', () => response.end('.'));
  });
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target: backend.target });
  const raw = await RawClient.open(port);
  raw.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\n');
  for (const part of ['ab', 'cd', 'ef']) {
    raw.send(part);
    await raw.waitFor(`<${part}>`);
  }
  await raw.waitFor(/\.\r\n0\r\n/);
});

test('100 MB to a client that reads slowly pass through with flat memory.', { timeout: 60_000 }, async () => {
  let sentBytes = 0;
  const chunk = Buffer.alloc(64 * 1024, 'x');
  const backend = await startBackend((_request, response) => {
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
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target: backend.target });
  const gauge = new BufferGauge();
  const socket = connect(port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  let readBytes = 0;
  socket.on('data', (bytes) => {
    readBytes += bytes.length;
    gauge.watch(readBytes, totalBytes);
    socket.pause();
    if (readBytes < 2 * megabyte) setTimeout(() => socket.resume(), 5);
    else setImmediate(() => socket.resume());
  });
  while (readBytes < megabyte) await once(socket, 'data');
  expect(sentBytes).toBeLessThan(readBytes + mostAheadBytes);
  await once(socket, 'end');
  expect(readBytes).toBeGreaterThan(totalBytes);
  expect(gauge.mostBytes).toBeLessThan(mostBufferedBytes);
});

test('Forty clients that stop reading a gigabyte each are held back: together they hold less than a megabyte for each.', {
  timeout: 60_000,
}, async () => {
  const readers = 40;
  const chunk = Buffer.alloc(64 * 1024, 'x');
  let sentBytes = 0;
  const backend = await startBackend((_request, response) => {
    response.writeHead(200, { 'Content-Length': 1024 * megabyte });
    const send = (): void => {
      do sentBytes += chunk.length;
      while (response.write(chunk));
      response.once('drain', send);
    };
    send();
  });
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target: backend.target });
  const gauge = new BufferGauge();
  const raws: RawClient[] = [];
  for (let index = 0; index < readers; index += 1) {
    const raw = await RawClient.open(port);
    raw.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await raw.waitFor('\r\n\r\n');
    raw.socket.pause();
    raws.push(raw);
  }
  let before = -1;
  while (before !== sentBytes) {
    before = sentBytes;
    await new Promise((resolve) => setTimeout(resolve, 150)); // until everything on the way is full
  }
  gauge.sample();
  expect(gauge.mostBytes).toBeLessThan(readers * megabyte);
  for (const raw of raws) raw.socket.destroy();
});

test('100 MB to a target that reads slowly pass through with flat memory.', { timeout: 60_000 }, async () => {
  let readBytes = 0;
  const gauge = new BufferGauge();
  const backend = await startRawBackend((socket) => {
    socket.on('data', (bytes) => {
      readBytes += bytes.length;
      gauge.watch(readBytes, totalBytes);
      socket.pause();
      if (readBytes < 2 * megabyte) setTimeout(() => socket.resume(), 5);
      else setImmediate(() => socket.resume());
      if (readBytes > totalBytes) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone');
    });
  });
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target: backend.target });
  const raw = await RawClient.open(port);
  raw.send(`PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: ${totalBytes}\r\n\r\n`);
  const chunk = Buffer.alloc(64 * 1024, 'x');
  let aheadBytes = 0;
  for (let sentBytes = 0; sentBytes < totalBytes; sentBytes += chunk.length) {
    if (!raw.socket.write(chunk)) await once(raw.socket, 'drain');
    aheadBytes = Math.max(aheadBytes, sentBytes - readBytes);
  }
  await raw.waitFor(/done$/);
  expect(aheadBytes).toBeLessThan(mostAheadBytes);
  expect(gauge.mostBytes).toBeLessThan(mostBufferedBytes);
});

test.each([
  ['of a known length', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'],
  ['in chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n'],
  ['with a broken chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nzz\r\n'],
])(
  'When the target dies in the middle of an answer %s, the client is cut off within a second.',
  async (_what, bytes) => {
    const backend = await startRawBackend((socket) => {
      socket.once('data', () => socket.write(bytes, () => setTimeout(() => socket.destroy(), 20)));
    });
    const { port, client } = await startTestProxy();
    await client.addRoute('/', { target: backend.target });
    const raw = await RawClient.open(port);
    raw.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await raw.waitFor('half');
    const start = Date.now();
    const text = await raw.waitForClose();
    expect(Date.now() - start).toBeLessThan(1000);
    expect(text).not.toMatch(/\r\n0\r\n\r\n$/);
  },
);

test('An HTTP/1.0 client, to which an end means completeness, sees a reset when the target dies.', async () => {
  const backend = await startRawBackend((socket) => {
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n', () => {
        setTimeout(() => socket.destroy(), 20);
      });
    });
  });
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target: backend.target });
  const raw = await RawClient.open(port);
  const failed = once(raw.socket, 'error');
  raw.send('GET / HTTP/1.0\r\n\r\n');
  await raw.waitFor('half');
  expect((await failed)[0]).toMatchObject({ code: 'ECONNRESET' });
});

test('When the client goes away the request to the target ends too, during the answer and during the upload.', async () => {
  const ended: string[] = [];
  let wake = (): void => {};
  const backend = await startBackend((request, response) => {
    response.write('begun');
    response.on('close', () => {
      ended.push(request.url ?? '');
      wake();
    });
  });
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target: backend.target });
  for (const [path, headers] of [
    ['/download', ''],
    ['/upload', 'Content-Length: 1000\r\n'],
  ] as const) {
    const raw = await RawClient.open(port);
    raw.send(`POST ${path} HTTP/1.1\r\nHost: a\r\n${headers}\r\n`);
    await raw.waitFor('begun');
    const closed = new Promise<void>((resolve) => {
      wake = resolve;
    });
    raw.socket.destroy();
    await closed;
  }
  expect(ended).toEqual(['/download', '/upload']);
});

test('A target that answers before it has read the upload and closes is passed on; the connection goes on after it.', async () => {
  const backend = await startBackend((_request, response) => {
    response.writeHead(413, { Connection: 'close' });
    response.end('too much');
  });
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target: backend.target });
  const raw = await RawClient.open(port);
  raw.send(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${megabyte}\r\n\r\n`);
  await raw.waitFor('too much');
  raw.send(Buffer.alloc(megabyte, 'x'));
  raw.send('GET /next HTTP/1.1\r\nHost: a\r\n\r\n');
  const text = await raw.waitFor(/too much[\s\S]*too much/);
  expect(text.match(/HTTP\/1\.1 413/g)).toHaveLength(2);
});

test('A refused upload is read to its end, so that the refusal is seen and the connection can be used again.', async () => {
  const { port } = await startTestProxy();
  const raw = await RawClient.open(port);
  raw.send(`POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: ${megabyte}\r\n\r\n`);
  raw.send(Buffer.alloc(megabyte, 'x'));
  raw.send('GET /_chp_healthz HTTP/1.1\r\nHost: a\r\n\r\n');
  expect(statusOf(await raw.waitFor('{"status":"OK"}'))).toBe(404);
});

test('A client that closes its half counts as gone, as browsers go: the request to the target ends.', async () => {
  const backend = await startBackend((_request, response) => response.on('close', () => backend.server.emit('ended')));
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target: backend.target });
  const raw = await RawClient.open(port);
  const arrived = once(backend.server, 'request');
  raw.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await arrived;
  const ended = once(backend.server, 'ended');
  raw.socket.end();
  await ended;
});

test('What a target sends beyond the promised length is dropped.', async () => {
  const backend = await startRawBackend((socket) => {
    socket.on('data', () => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngoodHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil');
    });
  });
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target: backend.target });
  for (let count = 0; count < 5; count += 1) {
    const text = await sendRaw(port, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    expect(text).toMatch(/\r\n\r\ngood$/);
  }
});

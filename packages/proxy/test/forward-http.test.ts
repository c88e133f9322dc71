import { once } from 'node:events';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ask } from './support/ask.js';
import { startBackend, startRawBackend, valuesOf } from './support/backend.js';
import { RawClient, sendRaw, statusOf } from './support/raw-client.js';
import { makeFolder, publicUrl, startTestProxy } from './support/test-proxy.js';

test('A request reaches its target with method, path, query, headers and body, and the answer comes back whole.', async () => {
  const backend = await startBackend((request, response) => {
    request.resume();
    request.on('end', () => {
      response.writeHead(
        201,
        'Made',
        [
          ['Set-Cookie', 'a=1'],
          ['Set-Cookie', 'b=2'],
          ['X-Case', 'Kept'],
        ].flat(),
      );
      response.end('answer');
    });
  });
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target: backend.target });
  const answer = await ask(port, '/a%20b/c?d=e%2F&f', { method: 'PUT', headers: { 'X-One': '1' }, body: 'question' });
  expect(answer).toMatchObject({ status: 201, body: 'answer' });
  expect(answer.headers['set-cookie']).toEqual(['a=1', 'b=2']);
  expect(answer.rawHeaders).toContain('X-Case');
  expect(backend.seen).toEqual([
    expect.objectContaining({ method: 'PUT', url: '/a%20b/c?d=e%2F&f', body: 'question' }),
  ]);
  expect(valuesOf(backend.seen[0], 'x-one')).toEqual(['1']);
  expect(valuesOf(backend.seen[0], 'host')).toEqual(['hub.example.org']);
});

test('The longest route wins, a target may have a path of its own, and what has no route is a 404.', async () => {
  const [one, two] = [await startBackend(), await startBackend()];
  const { port, client } = await startTestProxy();
  await client.addRoute('/user/al', { target: one.target });
  await client.addRoute('/user/al/deep', { target: `${two.target}/base/` });
  await ask(port, '/user/al');
  await ask(port, '/user/al/deeper');
  await ask(port, '/user/al/deep/x');
  expect(one.seen.map(({ url }) => url)).toEqual(['/user/al', '/user/al/deeper']);
  expect(two.seen.map(({ url }) => url)).toEqual(['/base/user/al/deep/x']);
  for (const path of ['/user/alice', '/', '/__proto__', '/constructor', '/toString', '/user/__proto__/x']) {
    expect((await ask(port, path)).status).toBe(404);
  }
  expect((await ask(port, '/%')).status).toBe(400);
});

test('A target may be a unix socket.', async () => {
  const socketPath = join(await makeFolder(), 'target.sock');
  const backend = await startBackend(undefined, { path: socketPath });
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target: backend.target });
  expect((await ask(port, '/x')).body).toBe('ok');
  expect(backend.target).toMatch(/^unix\+http:\/\/%2F/);
});

test('Many requests of many clients share one kept connection to the target.', async () => {
  const backend = await startBackend();
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target: backend.target });
  for (let count = 0; count < 20; count += 1) await ask(port, `/${count}`);
  expect(backend.seen).toHaveLength(20);
  expect(backend.connections).toBe(1);
});

test('Hop-by-hop headers and those that Connection names end at the proxy, in both directions.', async () => {
  const backend = await startBackend((_request, response) => {
    response.writeHead(200, { Connection: 'X-Secret', 'X-Secret': '1', 'Keep-Alive': 'timeout=1', 'X-Open': '2' });
    response.end();
  });
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target: backend.target });
  const answer = await ask(port, '/', {
    headers: {
      Connection: 'close, X-Mine, Host, Content-Length',
      'X-Mine': '1',
      X_Mine: '1',
      TE: 'trailers',
      'Proxy-Authorization': 'Basic eA==',
      'Proxy-Connection': 'keep-alive',
      'Keep-Alive': '5',
    },
  });
  expect(answer.headers).not.toHaveProperty('x-secret');
  expect(answer.headers['keep-alive']).toBeUndefined();
  expect(answer.headers['x-open']).toBe('2');
  const names = backend.seen[0]?.headers.map(([name]) => name.toLowerCase());
  expect(names?.filter((name) => /mine|proxy|keep/.test(name))).toEqual([]);
  expect(valuesOf(backend.seen[0], 'connection')).toEqual([]);
  expect(valuesOf(backend.seen[0], 'te')).toEqual(['trailers']);
  expect(valuesOf(backend.seen[0], 'host')).toEqual(['hub.example.org']);
});

test('What a caller says about where it comes from is replaced by what the proxy knows.', async () => {
  const backend = await startBackend();
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target: backend.target });
  await ask(port, '/', {
    headers: {
      'X-Forwarded-For': '6.6.6.6',
      'X-Forwarded-Proto': 'gopher',
      X_Forwarded_For: '6.6.6.6',
      'X-Forwarded-User': 'root',
      Forwarded: 'for=6.6.6.6',
      'X-Real-IP': '6.6.6.6',
    },
  });
  const forwarding = backend.seen[0]?.headers.filter(([name]) => /forward|real/i.test(name));
  expect(Object.fromEntries(forwarding ?? [])).toEqual({
    'X-Forwarded-For': '127.0.0.1',
    'X-Forwarded-Proto': 'https',
    'X-Forwarded-Host': new URL(publicUrl).host,
    'X-Forwarded-Port': '443',
  });
});

test('A target that refuses the connection is a 503: JSON for programs, a page that loads itself again for people.', async () => {
  const { port, client } = await startTestProxy();
  await client.addRoute('/tcp', { target: 'http://127.0.0.1:1' });
  await client.addRoute('/unix', { target: 'unix+http://%2Fnowhere.sock' });
  for (const path of ['/tcp', '/unix']) {
    const answer = await ask(port, path);
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toBe('2');
    expect(JSON.parse(answer.body)).toEqual({ error: { code: 'target-away', message: expect.any(String) } });
    const page = await ask(port, path, { headers: { 'Sec-Fetch-Mode': 'navigate' } });
    expect(page.status).toBe(503);
    expect(page.headers).toMatchObject({ refresh: '2', 'content-type': 'text/html; charset=utf-8' });
    expect(page.body).toContain('<a href="/hub/">');
    expect((await ask(port, path, { method: 'HEAD', headers: { Accept: 'text/html' } })).body).toBe('');
  }
});

test('Every answer of the proxy itself forbids scripts, framing by others, sniffing and keeping.', async () => {
  const { port, client } = await startTestProxy();
  await client.addRoute('/away', { target: 'http://127.0.0.1:1' });
  const answers = [
    await ask(port, '/x'),
    await ask(port, '/%'),
    await ask(port, '/away'),
    await ask(port, '/_chp_healthz'),
  ];
  for (const { headers } of answers) {
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  }
  for (const bytes of ['nonsense\r\n\r\n', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n']) {
    expect(await sendRaw(port, bytes)).toContain("default-src 'none'");
  }
});

test('A target that accepts and says nothing within the time for connecting is waited for.', async () => {
  const backend = await startRawBackend((socket) => {
    socket.once(
      'data',
      () => void setTimeout(() => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate'), 300),
    );
  });
  const { port, client } = await startTestProxy({ timeouts: { connectMs: 100 } });
  await client.addRoute('/', { target: backend.target });
  expect((await ask(port, '/')).body).toBe('late');
});

test('A safe request on a kept connection that the target has just closed is sent once more.', async () => {
  let requests = 0;
  const backend = await startRawBackend((socket) => {
    let onThisSocket = 0;
    socket.on('data', () => {
      requests += 1;
      onThisSocket += 1;
      if (onThisSocket === 1) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      else socket.destroy(); // what a keep-alive time-out at the wrong moment looks like
    });
  });
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target: backend.target });
  expect((await ask(port, '/')).status).toBe(200);
  expect((await ask(port, '/')).status).toBe(200);
  expect(requests).toBe(3);
  expect((await ask(port, '/')).status).toBe(200);
  expect((await ask(port, '/', { method: 'POST', body: 'x' })).status).toBe(503);
});

test('A request that fails on a fresh connection is not sent again.', async () => {
  let requests = 0;
  const backend = await startRawBackend((socket) => {
    socket.on('data', () => {
      requests += 1;
      socket.destroy();
    });
  });
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target: backend.target });
  expect((await ask(port, '/')).status).toBe(503);
  expect(requests).toBe(1);
});

test.each([
  ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
  ['a length and chunks', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['another transfer coding', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n'],
  ['a folded header', 'HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 0\r\n\r\n'],
  ['bare line feeds', 'HTTP/1.1 200 OK\nContent-Length: 0\n\n'],
  ['a control character', 'HTTP/1.1 200 OK\r\nX: a\x01b\r\nContent-Length: 0\r\n\r\n'],
  ['a control character in its reason', 'HTTP/1.1 200 O\x01K\r\nContent-Length: 0\r\n\r\n'],
  ['a status under 100', 'HTTP/1.1 099 X\r\nContent-Length: 0\r\n\r\n'],
  ['a status of four digits', 'HTTP/1.1 1000 X\r\nContent-Length: 0\r\n\r\n'],
  ['a switch of protocols nobody asked for', 'HTTP/1.1 101 X\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n'],
  ['no HTTP at all', 'SSH-2.0-OpenSSH_9.2\r\n'],
  ['a header of 100 KB', `HTTP/1.1 200 OK\r\nX: ${'a'.repeat(100_000)}\r\n\r\n`],
])('An answer with %s is a 502, and the next request is not touched by it.', async (_what, bytes) => {
  const backend = await startRawBackend((socket) => {
    socket.on('data', (request) => {
      socket.write(request.includes('/good') ? 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood' : bytes, 'latin1');
    });
  });
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target: backend.target });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  expect((await ask(port, '/bad', { agent })).status).toBe(502);
  expect((await ask(port, '/good', { agent })).body).toBe('good');
  agent.destroy();
});

test('What a target says unasked on a kept connection is never taken for the answer to the next request.', async () => {
  let connections = 0;
  const backend = await startRawBackend((socket) => {
    connections += 1;
    socket.on('data', () => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood', () => {
        if (connections === 1) setTimeout(() => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil'), 30);
      });
    });
  });
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target: backend.target });
  expect((await ask(port, '/')).body).toBe('good');
  const [first] = backend.sockets;
  if (first !== undefined && !first.destroyed) await once(first, 'close');
  expect((await ask(port, '/')).body).toBe('good');
  expect(connections).toBe(2);
});

test('Answers without a body stay without one: HEAD, 204 and 304.', async () => {
  const backend = await startRawBackend((socket) => {
    socket.on('data', (request) => {
      const text = request.toString();
      if (text.startsWith('HEAD')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n');
      else if (text.includes('/204')) socket.write('HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n');
      else if (text.includes('/304'))
        socket.write('HTTP/1.1 304 Not Modified\r\nETag: "x"\r\nContent-Length: 77\r\n\r\n');
      else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nend');
    });
  });
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target: backend.target });
  const raw = await RawClient.open(port);
  const get = (method: string, path: string): string => `${method} ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
  raw.send(get('HEAD', '/') + get('GET', '/204') + get('GET', '/304') + get('GET', '/last'));
  const text = await raw.waitFor(/end$/);
  expect(text.match(/HTTP\/1\.1 \d{3}/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 204', 'HTTP/1.1 304', 'HTTP/1.1 200']);
  expect(text).toContain('Content-Length: 1000\r\n');
  expect(text).not.toContain('Content-Length: 5\r\n');
  expect(text.replace(/HTTP\/1\.1 [\s\S]*?\r\n\r\n/g, '')).toBe('end');
});

test('Pipelined requests are answered in their order, even when the first answer is the slowest.', async () => {
  const backend = await startBackend((request, response) => {
    setTimeout(() => response.end(`<${request.url}>`), request.url === '/1' ? 150 : 0);
  });
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target: backend.target });
  const raw = await RawClient.open(port);
  raw.send(['/1', '/2', '/3'].map((path) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`).join(''));
  const text = await raw.waitFor('</3>');
  expect(text.match(/<\/\d>/g)).toEqual(['</1>', '</2>', '</3>']);
});

test('HTTP/1.0 gets an answer that ends with the connection, without chunks, and the target gets a Host.', async () => {
  const backend = await startBackend((_request, response) => {
    response.write('in ');
    response.end('chunks');
  });
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target: backend.target });
  const text = await sendRaw(port, 'GET /old HTTP/1.0\r\n\r\n');
  expect(text).toMatch(/\r\n\r\nin chunks$/);
  expect(text.toLowerCase()).not.toContain('transfer-encoding');
  expect(valuesOf(backend.seen[0], 'host')).toEqual([new URL(publicUrl).host]);
});

test('A target of HTTP/1.0 whose body ends with its connection is passed on whole.', async () => {
  const backend = await startRawBackend((socket) => {
    socket.once('data', () => socket.end('HTTP/1.0 200 OK\r\n\r\nuntil the end'));
  });
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target: backend.target });
  expect((await ask(port, '/')).body).toBe('until the end');
});

test('Expect: 100-continue is decided by the target: the body is asked for only when the target asks.', async () => {
  const backend = await startBackend((request, response) => {
    request.on('end', () => response.end('got it'));
  });
  backend.server.on('checkContinue', (request, response) => {
    if (request.url === '/no') {
      response.writeHead(413).end('too much');
      return;
    }
    response.writeContinue();
    backend.server.emit('request', request, response);
  });
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target: backend.target });
  const head = (path: string): string =>
    `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n`;
  const yes = await RawClient.open(port);
  yes.send(head('/yes'));
  expect(await yes.waitFor('\r\n\r\n')).toBe('HTTP/1.1 100 Continue\r\n\r\n');
  yes.send('body');
  await yes.waitFor('got it');
  expect(backend.seen.at(-1)?.body).toBe('body');
  const no = await RawClient.open(port);
  no.send(head('/no'));
  const refused = await no.waitFor('too much');
  expect(statusOf(refused)).toBe(413);
  expect(refused).not.toContain('100 Continue');
  expect(
    statusOf(
      await sendRaw(port, head('/yes').replace('100-continue', 'a-pony').replace('Host', 'Connection: close\r\nHost')),
    ),
  ).toBe(417);
});

test('Early hints go on with their links and nothing else; HTTP/1.0 never sees them.', async () => {
  const backend = await startRawBackend((socket) => {
    socket.on('data', () => {
      socket.write('HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\nX-Odd: 1\r\n\r\n');
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    });
  });
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target: backend.target });
  const text = await sendRaw(port, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  expect(text).toMatch(/^HTTP\/1\.1 103 Early Hints\r\nLink: <\/a\.css>; rel=preload\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
  expect(await sendRaw(port, 'GET / HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200/);
});

test('Trailers pass in both directions, but for those that would act like headers.', async () => {
  const backend = await startBackend((request, response) => {
    request.resume();
    request.on('end', () => {
      response.writeHead(200, { Trailer: 'X-Sum, Set-Cookie' });
      response.write('body');
      response.addTrailers([
        ['X-Sum', '42'],
        ['Set-Cookie', 'juhub-session=evil'],
      ]);
      response.end();
    });
  });
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target: backend.target });
  const raw = await RawClient.open(port);
  raw.send(
    'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\nX-In: 1\r\nAuthorization: token t\r\nCookie: a=b\r\nX_Forwarded_For: 6.6.6.6\r\n\r\n',
  );
  const text = await raw.waitFor(/0\r\n[\s\S]*\r\n\r\n$/);
  expect(text).toContain('X-Sum: 42');
  expect(text).not.toContain('evil');
  expect(backend.seen[0]).toMatchObject({ body: 'body', trailers: ['X-In', '1'] });
});

test('GET /_chp_healthz answers as configurable-http-proxy does.', async () => {
  const { port } = await startTestProxy();
  const answer = await ask(port, '/_chp_healthz');
  expect(answer).toMatchObject({ status: 200, body: '{"status":"OK"}' });
  expect(answer.headers['content-type']).toBe('application/json');
});

test('TRACE and CONNECT are refused; other methods pass, with no body made up for them.', async () => {
  const backend = await startBackend();
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target: backend.target });
  for (const line of ['TRACE / HTTP/1.1', 'CONNECT other:443 HTTP/1.1']) {
    expect(statusOf(await sendRaw(port, `${line}\r\nHost: a\r\nConnection: close\r\n\r\n`))).toBe(405);
  }
  for (const method of ['DELETE', 'OPTIONS', 'PATCH', 'POST', 'PROPFIND']) await ask(port, '/', { method });
  expect(backend.seen.map(({ method, body }) => method + body)).toEqual([
    'DELETE',
    'OPTIONS',
    'PATCH',
    'POST',
    'PROPFIND',
  ]);
  expect(backend.seen.flatMap((seen) => valuesOf(seen, 'transfer-encoding'))).toEqual([]);
});

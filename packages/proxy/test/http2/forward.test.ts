import { createHook } from 'node:async_hooks';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { startBackend, valuesOf } from '../support/backend.js';
import { askHttp2, beginHttp2, finishHttp2, openHttp2 } from '../support/http2.js';
import { RawClient } from '../support/raw-client.js';
import { frameTypes, RawHttp2 } from '../support/raw-http2.js';
import { askSecurely, fixture, serverPair, startFromCommandLine } from '../support/start-command.js';
import {
  aliceCookieName,
  aliceRoute,
  makeFolder,
  publicUrl,
  serverSecret,
  signToken,
  startTestProxy,
} from '../support/test-proxy.js';

const tls = serverPair;

test('A browser that offers h2 gets it, others HTTP/1.1 on the same port; the target gets HTTP/1.1.', async () => {
  const backend = await startBackend((_request, response) => {
    response.writeHead(200, 'Reason', { 'X-Told': ['a', 'b'], 'Set-Cookie': ['a=1', 'b=2'], Connection: 'close' });
    response.end('hello');
  });
  const { port, client } = await startTestProxy({ tls });
  await client.addRoute('/', { target: backend.target });
  const session = await openHttp2(port);
  const answer = await askHttp2(session, '/a/b?c=d', { 'x-mine': 'm', cookie: ['one=1', 'two=2'] });
  expect(answer).toMatchObject({ status: 200, body: 'hello', resetCode: 0 });
  expect(answer.headers).toMatchObject({ 'x-told': 'a, b', 'set-cookie': ['a=1', 'b=2'] });
  expect(answer.headers).not.toHaveProperty('connection');
  expect(backend.seen[0]).toMatchObject({ method: 'GET', url: '/a/b?c=d', body: '' });
  expect(backend.seen[0]?.headers).toEqual([
    ['Host', 'hub.example.org'],
    ['x-mine', 'm'],
    ['cookie', 'one=1; two=2'],
    ['X-Forwarded-Proto', 'https'],
    ['X-Forwarded-Host', 'hub.example.org'],
    ['X-Forwarded-Port', '443'],
    ['X-Forwarded-For', '127.0.0.1'],
  ]);
  expect(await askSecurely(port, '/')).toEqual({ status: 200, body: 'hello' });
});

test.each(['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS', 'PROPFIND'])(
  '%s goes through with and without a body.',
  async (method) => {
    const backend = await startBackend((request, response) => void request.on('end', () => response.end('ok')));
    const { port, client } = await startTestProxy({ tls });
    await client.addRoute('/', { target: backend.target });
    const session = await openHttp2(port);
    const answers = [
      await askHttp2(session, '/', { ':method': method }),
      await askHttp2(session, '/', { ':method': method, body: 'abc' }),
      await askHttp2(session, '/', { ':method': method, body: 'abc', 'content-length': '3' }),
      await askHttp2(session, '/', { ':method': method, body: '', 'content-length': '0' }),
    ];
    expect(answers.map(({ status, resetCode }) => [status, resetCode])).toEqual(
      Array.from({ length: 4 }, () => [200, 0]),
    );
    expect(answers[0]?.body).toBe(method === 'HEAD' ? '' : 'ok');
    expect(backend.seen.map(({ body }) => body)).toEqual(['', 'abc', 'abc', '']);
    expect(backend.seen.map((seen) => valuesOf(seen, 'transfer-encoding'))).toEqual([[], ['chunked'], [], []]);
  },
);

test.each([204, 205, 304])('An answer of %i has no body.', async (status) => {
  const backend = await startBackend((_request, response) => void response.writeHead(status).end());
  const { port, client } = await startTestProxy({ tls });
  await client.addRoute('/', { target: backend.target });
  expect(await askHttp2(await openHttp2(port), '/')).toMatchObject({ status, body: '', resetCode: 0 });
});

test('100-continue and early hints reach the client before the answer.', async () => {
  const backend = await startBackend((request, response) => void request.on('end', () => response.end('ok')));
  backend.server.on('checkContinue', (request, response) => {
    response.writeEarlyHints({ link: '</a.css>; rel=preload' });
    response.writeContinue();
    backend.server.emit('request', request, response);
  });
  const { port, client } = await startTestProxy({ tls });
  await client.addRoute('/', { target: backend.target });
  const stream = beginHttp2(await openHttp2(port), { ':path': '/', ':method': 'POST', expect: '100-continue' }, false);
  const told: unknown[] = [];
  stream.on('headers', (headers) => void told.push(headers[':status'], headers.link));
  stream.on('continue', () => stream.end('abc'));
  expect(await finishHttp2(stream)).toMatchObject({ status: 200, body: 'ok' });
  expect(told).toEqual([103, '</a.css>; rel=preload', 100, undefined]);
  expect(backend.seen[0]?.body).toBe('abc');
});

test('Behind the gate: the owner passes, others do not, and no credential reaches the server.', async () => {
  const backend = await startBackend((_request, response) => {
    response.writeHead(200, { 'Set-Cookie': ['juhub-session=evil', 'fine=1'] }).end('hers');
  });
  const { port, client } = await startTestProxy({ tls });
  await client.addRoute('/user/alice/default', aliceRoute(backend.target));
  const session = await openHttp2(port);
  const path = '/user/alice/default/lab';
  const page = { 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'none' };
  const signIn = await askHttp2(session, path, page);
  expect([signIn.status, signIn.headers.location]).toEqual([302, `/hub/gate?next=${encodeURIComponent(path)}`]);
  const crumbs = ['a=1', `${aliceCookieName}=${signToken()}`, 'juhub-session=s'];
  const post = { ':method': 'POST', cookie: crumbs, body: '{}' };
  expect((await askHttp2(session, path, { ...post, origin: 'https://evil.example' })).status).toBe(403);
  expect((await askHttp2(session, path, post)).status).toBe(403);
  expect(backend.connections).toBe(0);
  const hers = await askHttp2(session, path, { ...post, origin: publicUrl, authorization: 'Basic x' });
  expect(hers).toMatchObject({ status: 200, body: 'hers' });
  expect(hers.headers['set-cookie']).toEqual(['fine=1']);
  expect(valuesOf(backend.seen[0], 'cookie')).toEqual(['a=1']);
  expect(valuesOf(backend.seen[0], 'authorization')).toEqual([`token ${serverSecret}`]);
});

test('Routes by host name go by :authority, or by host without one.', async () => {
  const backend = await startBackend();
  const { port, client } = await startTestProxy({ tls, hostRouting: true });
  await client.addRoute('/one.example.org/', { target: backend.target });
  const session = await openHttp2(port);
  expect((await askHttp2(session, '/', { ':authority': 'one.example.org' })).status).toBe(200);
  expect((await askHttp2(session, '/', { ':authority': 'two.example.org' })).status).toBe(404);
  const raw = await RawHttp2.open(port);
  const head = [
    [':method', 'GET'],
    [':scheme', 'https'],
    [':path', '/'],
  ] as const;
  raw.sendHead(1, [...head, ['host', 'one.example.org']]);
  expect(await raw.waitForRefusal(1)).toBe('200');
});

test('Access log, metrics, counters of the route and last activity say the same as of HTTP/1.1.', async () => {
  const backend = await startBackend(
    (request, response) => void request.on('end', () => response.end('x'.repeat(500))),
  );
  const accessLog = join(await makeFolder(), 'access.jsonl');
  const metrics = { host: '127.0.0.1', port: 0 };
  const { port, client, proxy } = await startTestProxy({ tls, accessLog, metrics });
  await client.addRoute('/', { target: backend.target });
  const before = (await client.listRoutes())['/']?.last_activity;
  const session = await openHttp2(port);
  await Promise.all([
    askHttp2(session, '/a?secret=1', { ':method': 'POST', body: 'y'.repeat(300), 'user-agent': 'Tester/1' }),
    askHttp2(session, '/_chp_healthz'),
  ]);
  const read = (): Record<string, unknown>[] =>
    readFileSync(accessLog, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  await expect.poll(() => read().length).toBe(2);
  expect(read().find(({ path }) => path === '/a')).toMatchObject({
    ...{ client: '127.0.0.1', kind: 'http', method: 'POST', route: '/', status: 200, user_agent: 'Tester/1' },
    ...{ bytes_in: 300, bytes_out: 500 },
  });
  expect(readFileSync(accessLog, 'utf8')).not.toContain('secret');
  const route = (await client.listRoutes())['/'];
  expect(JSON.stringify(route)).toContain('300');
  expect(JSON.stringify(route)).toContain('500');
  expect(Date.parse(String(route?.last_activity))).toBeGreaterThanOrEqual(Date.parse(String(before)));
  const where = proxy.metricsAddress;
  const text = await (
    await fetch(`http://127.0.0.1:${where !== undefined && 'port' in where ? where.port : 0}/metrics`)
  ).text();
  expect(text).toContain('requests_web 2\n');
});

test('A person gets the page of a server that does not answer, in German.', async () => {
  const { port, client } = await startTestProxy({ tls });
  await client.addRoute('/user/al', { target: 'http://127.0.0.1:9' });
  const headers = { accept: 'text/html', 'accept-language': 'de', 'sec-fetch-mode': 'navigate' };
  const page = await askHttp2(await openHttp2(port), '/user/al/', headers);
  expect(page.status).toBe(503);
  expect(Buffer.from(page.body, 'latin1').toString()).toContain('Dieser Server antwortet gerade nicht');
  expect(page.headers).toMatchObject({ refresh: '2', 'x-frame-options': 'SAMEORIGIN' });
});

test('--no-http2 leaves HTTP/1.1 alone; without it h2 is spoken.', async () => {
  const pair = ['--ssl-key', fixture('server.pem'), '--ssl-cert', fixture('server.pem')];
  const without = await startFromCommandLine([...pair, '--no-http2']);
  await expect(RawHttp2.open(without.port)).rejects.toThrow();
  expect((await askSecurely(without.port, '/_chp_healthz')).status).toBe(200);
  const { port } = await startFromCommandLine(pair);
  await (await RawHttp2.open(port)).waitFor(({ type }) => type === frameTypes.settings);
});

test('In clear text there is no HTTP/2, neither by asking for it nor by prior knowledge.', async () => {
  const { port } = await startTestProxy();
  const knowing = await RawClient.open(port);
  knowing.send('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
  expect(await knowing.waitForClose()).toMatch(/^HTTP\/1\.1 400 /);
  const asking = await RawClient.open(port);
  const upgrade = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n';
  asking.send(`GET /_chp_healthz HTTP/1.1\r\nHost: a\r\n${upgrade}\r\n`);
  expect(await asking.waitForClose()).toMatch(/^HTTP\/1\.1 501 /);
});

test('curl --http2 uploads and downloads.', async (context) => {
  const run = promisify(execFile);
  const version = await run('curl', ['--version']).catch(() => undefined);
  if (version?.stdout.includes('HTTP2') !== true) context.skip('curl without HTTP/2');
  const body = 'z'.repeat(3_000_000);
  const backend = await startBackend((request, response) => {
    let bytes = 0;
    request.on('data', (chunk) => {
      bytes += chunk.length;
    });
    request.on('end', () => response.end(`${bytes} ${body}`));
  });
  const { port, client } = await startTestProxy({ tls });
  await client.addRoute('/', { target: backend.target });
  const file = join(await makeFolder(), 'upload');
  writeFileSync(file, body);
  const { stdout } = await run(
    'curl',
    [
      ...['--silent', '--show-error', '--http2', '--cacert', fixture('ca.pem'), '--data-binary', `@${file}`],
      ...['--write-out', '\n%{http_version} %{http_code}', `https://localhost:${port}/`],
    ],
    { maxBuffer: 10_000_000 },
  );
  expect(stdout.slice(0, 10)).toBe('3000000 zz');
  expect(stdout).toMatch(/\n2 200$/);
});

test('A session has no socket’s native half: with it a client that is cut off could end the whole process (nodejs/node#38964).', async () => {
  const { port } = await startTestProxy({ tls });
  const made: string[] = [];
  const hook = createHook({ init: (_id, type) => void made.push(type) }).enable();
  const session = await openHttp2(port); // the client's own session has one
  expect((await askHttp2(session, '/_chp_healthz')).status).toBe(200);
  hook.disable();
  const [sessions, streams] = ['HTTP2SESSION', 'JSSTREAM'].map((kind) => made.filter((type) => type === kind).length);
  expect({ sessions, streams }).toEqual({ sessions: 2, streams: 1 });
});

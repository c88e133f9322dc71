import { once } from 'node:events';
import { stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ProxyClient, startProxy } from '../src/index.js';
import { ask } from './support/ask.js';
import { startBackend } from './support/backend.js';
import { RawClient } from './support/raw-client.js';
import { adminToken, aliceGate, aliceRoute, makeFolder, serverSecret, startTestProxy } from './support/test-proxy.js';
import { acceptWebSockets, echo, openWebSocket } from './support/web-socket.js';

const right = { Authorization: `token ${adminToken}` };

async function startApi() {
  const house = await startTestProxy();
  const socket = 'socketPath' in house.proxy.adminAddress ? house.proxy.adminAddress.socketPath : '';
  const call = (method: string, path: string, body?: string, headers: Record<string, string> = right) =>
    ask(socket, path, { method, headers, ...(body === undefined ? {} : { body }) });
  return { ...house, socket, call };
}

const route = JSON.stringify({
  target: 'http://127.0.0.1:9',
  user: 'alice',
  server_name: '',
  last_activity: 'yesterday',
});

test('The API keeps configurable-http-proxy’s contract: statuses, bodies, decoded paths, any further keys.', async () => {
  const { call } = await startApi();
  expect(await call('POST', '/api/routes/user/a%40b', route)).toMatchObject({ status: 201, body: '' });
  expect(await call('POST', '/api/routes', JSON.stringify({ target: 'http://127.0.0.1:8' }))).toMatchObject({
    status: 201,
  });
  const listed = await call('GET', '/api/routes');
  expect(listed.headers['content-type']).toBe('application/json');
  const activity = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  const juhub = { traffic: { requests: 0, webSockets: 0, bytesIn: 0, bytesOut: 0, open: 0 } };
  const entry = { target: 'http://127.0.0.1:9', user: 'alice', server_name: '', last_activity: activity, juhub };
  expect(JSON.parse(listed.body)).toEqual({
    '/': { target: 'http://127.0.0.1:8', last_activity: activity, juhub },
    '/user/a@b': entry,
  });
  expect(JSON.parse((await call('GET', '/api/routes/')).body)).toEqual(JSON.parse(listed.body));
  expect(JSON.parse((await call('GET', '/api/routes/user/a@b/')).body)).toEqual(entry);
  expect(await call('GET', '/api/routes/user')).toMatchObject({ status: 404 });
  expect(await call('DELETE', '/api/routes/user')).toMatchObject({ status: 404 });
  expect(await call('DELETE', '/api/routes/user/a%40b')).toMatchObject({ status: 204, body: '' });
  expect(await call('DELETE', '/api/routes/')).toMatchObject({ status: 204 });
  expect(JSON.parse((await call('GET', '/api/routes')).body)).toEqual({});
});

test('Every route has its own counts: requests, WebSockets, what is open, and the bytes of bodies and WebSockets.', async () => {
  const { port, call, client } = await startApi();
  const backend = await startBackend((request, response) => {
    if (request.url !== '/a/held') response.end('x'.repeat(3000));
  });
  acceptWebSockets(backend.server, echo);
  await client.addRoute('/a', { target: backend.target });
  await client.addRoute('/b', { target: backend.target });
  await ask(port, '/a/x');
  await ask(port, '/a/x', { method: 'POST', body: 'y'.repeat(2000) });
  await ask(port, '/a/x', { method: 'POST', headers: { 'transfer-encoding': 'chunked' }, body: 'y'.repeat(100_000) });
  const socket = await openWebSocket(port, '/a/ws');
  socket.sendText('z'.repeat(100)); // 6 bytes before it on the way in, 2 on the way out
  await socket.next();
  const held = await RawClient.open(port);
  held.send('GET /a/held HTTP/1.1\r\nHost: a\r\n\r\n');
  await once(backend.server, 'request');
  const traffic = { requests: 4, webSockets: 1, open: 2, bytesIn: 102_106, bytesOut: 9102 };
  const routes = JSON.parse((await call('GET', '/api/routes')).body);
  expect(routes['/a'].juhub.traffic).toEqual(traffic);
  expect(routes['/b'].juhub.traffic).toMatchObject({ requests: 0, bytesOut: 0 });
  socket.client.socket.destroy();
  held.socket.destroy();
  await expect.poll(async () => (await client.getRoute('/a'))?.juhub.traffic.open).toBe(0);
  // A listing that is posted back is a route like any other; its counts are the proxy's to say.
  expect((await call('POST', '/api/routes/a', JSON.stringify(routes['/b']))).status).toBe(201);
  expect((await client.getRoute('/a'))?.juhub.traffic.requests).toBe(4);
});

test('Routes named like properties of every object are routes like others.', async () => {
  const { call } = await startApi();
  for (const name of ['__proto__', 'constructor']) {
    expect(await call('GET', `/api/routes/${name}`)).toMatchObject({ status: 404 });
    expect(
      await call('POST', `/api/routes/${name}`, '{"target":"http://127.0.0.1:9","__proto__":{"a":1}}'),
    ).toMatchObject({ status: 201 });
  }
  expect(Object.keys(JSON.parse((await call('GET', '/api/routes')).body)).sort()).toEqual([
    '/__proto__',
    '/constructor',
  ]);
});

test.each([
  ['POST', '/api/routes/x', 'no JSON'],
  ['POST', '/api/routes/x', ''],
  ['POST', '/api/routes/x', 'null'],
  ['POST', '/api/routes/x', '[]'],
  ['POST', '/api/routes/x', '{}'],
  ['POST', '/api/routes/x', '{"target":1}'],
  ['POST', '/api/routes/x', '{"target":"ftp://x"}'],
  ['POST', '/api/routes/x', '{"target":"http://x","juhub":{"gait":{}}}'],
  ['POST', '/api/routes/x', '{"target":"http://x","juhub":{"gate":{"server":"a"}}}'],
  ['POST', '/api/routes/x', '{"target":"http://x","juhub":{"gate":{"server":"a=b","user":"u"}}}'],
  ['POST', '/api/routes/x', '{"target":"http://x","juhub":{"requestHeaders":{"Host":"y"}}}'],
  ['POST', '/api/routes/x', '{"target":"http://x","juhub":{"requestHeaders":{"content_length":"1"}}}'],
  ['POST', '/api/routes/x', '{"target":"http://x","juhub":{"requestHeaders":{"X":"hidden\\r\\nY: 1"}}}'],
  ['POST', '/api/routes/x', '{"target":"http://x","juhub":{"requestHeaders":{"X Y":"hidden"}}}'],
  ['POST', '/api/routes/%zz', '{"target":"http://x"}'],
  ['POST', '/api/routes/a/..', '{"target":"http://x"}'],
  ['GET', '/api/routes?inactiveSince=yesterday', undefined],
  ['GET', '/api/routes?inactive_since=x', undefined],
])('%s %s with %j is a 400 that says why and changes nothing.', async (method, path, body) => {
  const { call, log } = await startApi();
  const answer = await call(method, path, body);
  expect(answer.status).toBe(400);
  expect(JSON.parse(answer.body).error.message.length).toBeGreaterThan(10);
  expect(answer.body + JSON.stringify(log)).not.toContain('hidden');
  expect((await call('GET', '/api/routes')).body).toBe('{}');
});

test('Data that is nested too deep to be listed is refused, and the routes are listed as before.', async () => {
  const { call } = await startApi();
  const nested = (levels: number) => `{"target":"http://127.0.0.1:9","x":${'['.repeat(levels)}${']'.repeat(levels)}}`;
  expect((await call('POST', '/api/routes/fine', nested(50))).status).toBe(201);
  expect((await call('POST', '/api/routes/deep', nested(400_000))).status).toBe(400);
  const listed = await call('GET', '/api/routes');
  expect(Object.keys(JSON.parse(listed.body))).toEqual(['/fine']);
});

test('Other methods are a 405, other paths a 404, a body over 1 MiB a 413.', async () => {
  const { call } = await startApi();
  for (const method of ['PUT', 'PATCH', 'HEAD', 'OPTIONS'])
    expect((await call(method, '/api/routes/x')).status).toBe(405);
  for (const path of ['/', '/api', '/api/routesx', '/api/proxy']) expect((await call('GET', path)).status).toBe(404);
  expect((await call('POST', '/api/routes/x', `{"target":"${'x'.repeat(1024 * 1024)}"}`)).status).toBe(413);
});

test('Without the right token everything is a 403, whatever else would be wrong with the request.', async () => {
  const { call } = await startApi();
  for (const Authorization of [
    '',
    'token',
    'token wrong',
    `Bearer ${adminToken}`,
    `token ${adminToken}x`,
    `x token ${adminToken}`,
    adminToken,
  ]) {
    for (const [method, path] of [
      ['GET', '/api/routes'],
      ['POST', '/api/routes/x'],
      ['PUT', '/api/routes'],
      ['GET', '/other'],
    ] as const) {
      expect((await call(method, path, method === 'POST' ? 'no JSON' : undefined, { Authorization })).status).toBe(403);
    }
  }
  expect((await call('GET', '/_chp_healthz', undefined, {})).body).toBe('{"status":"OK"}');
});

test('Request headers are secrets: listings show their names alone, and the log not even those.', async () => {
  const { call, client, log } = await startApi();
  await client.addRoute('/user/alice/default', aliceRoute('http://127.0.0.1:9'));
  const expected = { juhub: { gate: aliceGate, requestHeaders: ['Authorization'] } };
  expect(await client.getRoute('/user/alice/default/')).toMatchObject(expected);
  const { body } = await call('GET', '/api/routes');
  expect(JSON.parse(body)['/user/alice/default']).toMatchObject(expected);
  expect(body + JSON.stringify(log)).not.toContain(serverSecret);
});

test('inactiveSince lists the routes on which nothing has passed since.', async () => {
  const { client } = await startApi();
  await client.addRoute('/a', { target: 'http://127.0.0.1:9' });
  expect(Object.keys(await client.listRoutes({ inactiveSince: new Date(Date.now() + 60_000) }))).toEqual(['/a']);
  expect(await client.listRoutes({ inactiveSince: new Date(Date.now() - 60_000) })).toEqual({});
});

test('The client adds, reads, lists and deletes routes, whatever their names.', async () => {
  const { client } = await startApi();
  for (const path of ['/', '/user/zoë/default/', '/user/a b%/x', '/user/a@b/']) {
    expect(await client.getRoute(path)).toBeUndefined();
    await client.addRoute(path, { target: 'http://127.0.0.1:9', note: 'kept' });
    expect(await client.getRoute(path)).toMatchObject({ target: 'http://127.0.0.1:9', note: 'kept' });
  }
  expect(Object.keys(await client.listRoutes()).sort()).toEqual([
    '/',
    '/user/a b%/x',
    '/user/a@b',
    '/user/zoë/default',
  ]);
  expect(await client.deleteRoute('/user/zoë/default')).toBe(true);
  expect(await client.deleteRoute('/user/zoë/default')).toBe(false);
  await client.health();
});

test('The client says in words what went wrong: refused, wrong token, nobody there, no answer in time.', async () => {
  const { client, socket } = await startApi();
  await expect(client.addRoute('/x', { target: 'ftp://x' })).rejects.toMatchObject({
    code: 'proxy-refused',
    transient: false,
    message: expect.stringContaining('(400): A target must begin with http://'),
  });
  const stranger = new ProxyClient({ socketPath: socket, token: 'wrong' });
  await expect(stranger.listRoutes()).rejects.toThrow('(403)');
  const nobody = new ProxyClient({ url: 'http://127.0.0.1:1', token: 'x' });
  await expect(nobody.health()).rejects.toMatchObject({ code: 'proxy-away', transient: true });
  const mutePath = join(await makeFolder(), 'mute.sock');
  const mute = createServer((connection) => void connection.on('error', () => {}));
  await new Promise<void>((resolve) => mute.listen(mutePath, resolve));
  const waiting = new ProxyClient({ socketPath: mutePath, token: 'x', timeoutMs: 100 });
  await expect(waiting.health()).rejects.toMatchObject({ code: 'proxy-away' });
  mute.close();
});

test('The admin API may listen on TCP as well; its client finds it there.', async () => {
  const { proxy } = await startTestProxy({ admin: { host: '127.0.0.1', port: 0 } });
  const port = 'port' in proxy.adminAddress ? proxy.adminAddress.port : 0;
  const client = new ProxyClient({ url: `http://127.0.0.1:${port}`, token: adminToken });
  await client.addRoute('/x', { target: 'http://127.0.0.1:9' });
  expect(Object.keys(await client.listRoutes())).toEqual(['/x']);
});

test('Unix sockets get the mode 0600; a dead one is taken over, a living one and an ordinary file are not.', async () => {
  const { socket } = await startApi();
  expect((await stat(socket)).mode & 0o777).toBe(0o600);
  const folder = await makeFolder();
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const start = (socketPath: string) =>
    startProxy({
      listen: { host: '127.0.0.1', port: 0 },
      admin: { socketPath },
      adminToken,
      publicUrl: 'http://x',
      log,
    });
  await expect(start(socket)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await writeFile(join(folder, 'file'), '');
  await expect(start(join(folder, 'file'))).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await expect(start(join(folder, 'missing', 'x.sock'))).rejects.toThrow();
});

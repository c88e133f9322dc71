import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { LineFile } from '../src/access/line-file.js';
import { ask } from './support/ask.js';
import { startBackend } from './support/backend.js';
import { RawClient, sendRaw } from './support/raw-client.js';
import { aliceCookieName, aliceRoute, makeFolder, publicUrl, signToken, startTestProxy } from './support/test-proxy.js';
import { acceptWebSockets, echo, openWebSocket } from './support/web-socket.js';

type Line = Record<string, unknown>;

async function startLogged(options = {}) {
  const file = join(await makeFolder(), 'access.jsonl');
  const house = await startTestProxy({ accessLog: file, ...options });
  const text = (): string => readFileSync(file, 'utf8');
  const lines = (): Line[] =>
    text()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Line);
  /** Resolves with the lines once there are as many. */
  const untilLines = async (count: number): Promise<Line[]> => {
    await expect.poll(() => lines().length).toBe(count);
    return lines();
  };
  return { ...house, file, text, untilLines };
}

test('Each request is a line: when, from where, what, by which route, the status, bytes and time.', async () => {
  const backend = await startBackend((_request, response) => void response.end('x'.repeat(5000)));
  const { port, client, untilLines, file } = await startLogged();
  await client.addRoute('/user/zoë', { target: backend.target });
  const headers = { 'User-Agent': 'Tester/1' };
  await ask(port, '/user/zo%C3%AB/lab?token=x#', { headers }).catch(() => {});
  await ask(port, '/user/zo%C3%AB/lab', { method: 'POST', headers, body: 'y'.repeat(3000) });
  await ask(port, '/none', { headers });
  const [, posted, missing] = await untilLines(3);
  expect(posted).toEqual({
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    ...{ client: '127.0.0.1', kind: 'http', method: 'POST', path: '/user/zo%C3%AB/lab', route: '/user/zoë' },
    ...{ status: 200, ms: expect.any(Number), user_agent: 'Tester/1' },
    ...{ bytes_in: expect.any(Number), bytes_out: expect.any(Number) },
  });
  expect(posted?.bytes_in).toBeGreaterThan(3000);
  expect(posted?.bytes_in).toBeLessThan(3500);
  expect(posted?.bytes_out).toBeGreaterThan(5000);
  expect(posted?.bytes_out).toBeLessThan(5500);
  expect(missing).toMatchObject({ path: '/none', route: null, status: 404 });
  expect(statSync(file).mode & 0o007).toBe(0);
});

test('Of several requests on one connection each has its own bytes.', async () => {
  const backend = await startBackend(
    (request, response) => void response.end('x'.repeat(Number(request.url?.slice(1)))),
  );
  const { port, client, untilLines } = await startLogged();
  await client.addRoute('/', { target: backend.target });
  const raw = await RawClient.open(port);
  for (const size of [9000, 10]) {
    raw.send(`GET /${size} HTTP/1.1\r\nHost: a\r\n\r\n`);
    await raw.waitFor(new RegExp(`ength: ${size}\\r\\n[^]*\\r\\n\\r\\nx{${size}}`));
  }
  const [first, second] = await untilLines(2);
  expect(first?.bytes_out).toBeGreaterThan(9000);
  expect(second?.bytes_out).toBeLessThan(1000);
  expect(second?.bytes_in).toBe('GET /10 HTTP/1.1\r\nHost: a\r\n\r\n'.length);
});

test('No token, cookie or password comes into the log, wherever in a request it stands.', async () => {
  const backend = await startBackend();
  acceptWebSockets(backend.server, echo);
  const { port, client, text, untilLines } = await startLogged();
  const path = '/user/alice/default/';
  await client.addRoute(path, aliceRoute(backend.target));
  const token = signToken();
  const secret = 's3cret';
  await ask(port, `${path}lab?token=${secret}`, { headers: { authorization: `token ${token}`, 'X-Key': secret } });
  await ask(port, `${path}lab?next=/x%3Ftoken=${secret}`, {
    headers: { cookie: `${aliceCookieName}=${token}; a=${secret}` },
  });
  await ask(port, `${path}lab`, {
    headers: { referer: `https://a/?token=${secret}`, authorization: `Basic ${secret}` },
  });
  const credentials = [`Cookie: ${aliceCookieName}=${token}`, `Origin: ${publicUrl}`];
  (await openWebSocket(port, `${path}ws?token=${secret}`, credentials)).client.socket.destroy();
  await untilLines(4);
  await sendRaw(port, `GET http://user:${secret}@host/${secret} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
  await sendRaw(port, `GET /#${secret} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
  await sendRaw(port, `nonsense ${secret}\r\n\r\n`);
  const lines = await untilLines(7);
  expect(lines.map(({ kind, path: asked, status }) => [kind, asked, status])).toEqual([
    ['http', `${path}lab`, 200],
    ['http', `${path}lab`, 200],
    ['http', `${path}lab`, 401],
    ['websocket', `${path}ws`, 101],
    ['http', null, 400],
    ['http', '/', 400],
    ['none', undefined, 400],
  ]);
  expect(text()).not.toContain(secret);
  expect(text()).not.toContain(token);
});

test('A WebSocket is one line when it is over; a refused handshake and a client that left early are one each.', async () => {
  const backend = await startBackend(() => {});
  acceptWebSockets(backend.server, echo);
  const { port, client, untilLines } = await startLogged();
  await client.addRoute('/here', { target: backend.target });
  const socket = await openWebSocket(port, '/here');
  socket.sendText('x'.repeat(1000));
  await socket.next();
  socket.client.socket.destroy();
  const [opened] = await untilLines(1);
  expect(opened).toMatchObject({ kind: 'websocket', route: '/here', status: 101 });
  expect(opened?.bytes_in).toBeGreaterThan(1000);
  expect(opened?.bytes_out).toBeGreaterThan(1000);
  await expect(openWebSocket(port, '/away')).rejects.toThrow('404');
  expect((await untilLines(2))[1]).toMatchObject({ kind: 'websocket', route: null, status: 404 });
  const raw = await RawClient.open(port);
  raw.send('GET /here HTTP/1.1\r\nHost: a\r\n\r\n');
  await expect.poll(() => backend.connections).toBe(2);
  raw.socket.destroy();
  expect((await untilLines(3))[2]).toMatchObject({ route: '/here', status: null });
});

test('The address is that of the client where a trusted proxy names it, else that of who connects.', async () => {
  const { port, untilLines, client } = await startLogged({ trustedProxies: ['127.0.0.1'] });
  await client.addRoute('/', { target: (await startBackend()).target });
  await ask(port, '/', { headers: { 'X-Forwarded-For': '198.51.100.1, 192.0.2.1' } });
  expect((await untilLines(1))[0]).toMatchObject({ client: '192.0.2.1' });
  const untrusted = await startLogged();
  await ask(untrusted.port, '/', { headers: { 'X-Forwarded-For': '192.0.2.1' } });
  expect((await untrusted.untilLines(1))[0]).toMatchObject({ client: '127.0.0.1' });
});

test('Moved away and opened again, the log goes on in a new file, and no line is lost.', async () => {
  const { port, proxy, file, untilLines } = await startLogged();
  await ask(port, '/one');
  renameSync(file, `${file}.1`);
  await ask(port, '/two');
  await expect.poll(() => readFileSync(`${file}.1`, 'utf8')).toContain('/two');
  proxy.reopenLogs();
  await expect.poll(() => existsSync(file)).toBe(true);
  await ask(port, '/three');
  expect(await untilLines(1)).toMatchObject([{ path: '/three' }]);
});

test('A file that cannot be opened is an error at the start.', async () => {
  const accessLog = join(await makeFolder(), 'missing', 'access.jsonl');
  await expect(startTestProxy({ accessLog })).rejects.toThrow('The access log cannot be opened');
});

test('While nobody takes the lines, writers do not wait; what is too much is dropped, counted and said.', async () => {
  const pipe = join(await makeFolder(), 'pipe');
  execFileSync('mkfifo', [pipe]);
  const reader = spawn('sh', ['-c', `exec 3<'${pipe}'; read -r go; exec cat <&3`]);
  onTestFinished(() => void reader.kill('SIGKILL'));
  const warnings: object[] = [];
  const log = { debug() {}, info() {}, error() {}, warn: (fields: object) => void warnings.push(fields) };
  const file = await LineFile.open(pipe, log);
  const line = `${'x'.repeat(999)}\n`;
  const count = 10_000;
  const beganMs = performance.now();
  for (let index = 0; index < count; index += 1) {
    file.write(line);
    if (index % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(performance.now() - beganMs).toBeLessThan(5000);
  let text = '';
  reader.stdout.on('data', (bytes: Buffer) => {
    text += bytes.toString();
  });
  reader.stdin.write('go\n');
  await file.close();
  await expect.poll(() => text).toContain('"dropped"');
  const dropped = Number(/"dropped":(\d+)/.exec(text)?.[1]);
  expect(dropped).toBeGreaterThan(5000);
  expect(text.split(line).length - 1 + dropped).toBe(count);
  expect(warnings).toEqual([{ file: pipe, dropped }]);
});

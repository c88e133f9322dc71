import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request as openRequest, type Server } from 'node:http';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { ask } from '../support/ask.js';
import { startBackend } from '../support/backend.js';
import { authority, fixture, withToken } from '../support/start-command.js';
import { adminToken, makeFolder } from '../support/test-proxy.js';

interface Running {
  child: ChildProcess;
  exit: Promise<[code: number | null, signal: string | null]>;
  log: () => string;
}

function run(args: readonly string[], environment: NodeJS.ProcessEnv = withToken, umask = '022'): Running {
  const script = join(import.meta.dirname, 'run-command.script.ts');
  const env = { PATH: process.env.PATH, ...environment };
  const command = [process.execPath, '--import', 'tsx', script, ...args];
  const child = spawn('/bin/sh', ['-c', `umask ${umask}; exec "$@"`, 'sh', ...command], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  child.stderr?.on('data', (bytes: Buffer) => {
    log += bytes.toString();
  });
  const exit = once(child, 'close') as Running['exit'];
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exit;
  });
  return { child, exit, log: () => log };
}

async function startAll(args: readonly string[] = [], folder?: string) {
  folder ??= await makeFolder();
  const socket = join(folder, 'public.sock');
  const pidFile = join(folder, 'proxy.pid');
  const running = run(['--socket', socket, '--api-socket', join(folder, 'api.sock'), '--pid-file', pidFile, ...args]);
  await expect.poll(() => existsSync(pidFile), { timeout: 15_000 }).toBe(true);
  return { ...running, socket, pidFile, apiSocket: join(folder, 'api.sock') };
}

test('--version and -V say the version of the package, and need nothing else.', async () => {
  const manifest = readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  for (const flag of ['--version', '-V']) {
    const { child, exit } = run([flag], {});
    expect(await text(child.stdout as Readable)).toBe(`${version}\n`);
    expect(await exit).toEqual([0, null]);
  }
});

test('A web server of the same group reaches the public socket where the umask lets it; the API is its owner’s alone.', async () => {
  for (const [umask, mode] of [
    ['007', 0o660],
    ['022', 0o640], // whoever connects must be allowed to write
    ['000', 0o660],
  ] as const) {
    const folder = await makeFolder();
    const socket = join(folder, 'public.sock');
    const apiSocket = join(folder, 'api.sock');
    const pidFile = join(folder, 'pid');
    run(['--socket', socket, '--api-socket', apiSocket, '--pid-file', pidFile], withToken, umask);
    await expect.poll(() => existsSync(pidFile), { timeout: 15_000 }).toBe(true);
    expect(statSync(socket).mode & 0o777).toBe(mode);
    expect(statSync(apiSocket).mode & 0o777).toBe(0o600);
  }
});

test('SIGTERM lets a running request finish, takes no new one, removes the pid file and ends with 0.', async () => {
  let finish: (() => void) | undefined;
  const backend = await startBackend((_request, response) => {
    response.write('begun ');
    finish = () => response.end('ended');
  });
  const { child, exit, socket, pidFile, log } = await startAll(['--default-target', backend.target]);
  expect(readFileSync(pidFile, 'utf8')).toBe(String(child.pid));
  const request = openRequest({ socketPath: socket, path: '/x' }).end();
  const [answer] = await once(request, 'response');
  child.kill('SIGTERM');
  await expect.poll(log).toContain('Stopping');
  await expect(ask(socket, '/x')).rejects.toThrow();
  finish?.();
  expect(await text(answer)).toBe('begun ended');
  expect(await exit).toEqual([0, null]);
  expect(existsSync(pidFile)).toBe(false);
});

test('SIGHUP reads the certificates again; one that is broken is said, and the one before stays.', async () => {
  const certificate = join(await makeFolder(), 'site.pem');
  copyFileSync(fixture('server.pem'), certificate);
  const { child, socket, log } = await startAll(['--ssl-key', certificate, '--ssl-cert', certificate]);
  expect(await readPeerName(socket)).toBe('server');
  copyFileSync(fixture('client.pem'), certificate);
  child.kill('SIGHUP');
  await expect.poll(log).toContain('read again');
  expect(await readPeerName(socket)).toBe('client');
  writeFileSync(certificate, 'broken');
  child.kill('SIGHUP');
  await expect.poll(log).toContain('those of before stay');
  expect(await readPeerName(socket)).toBe('client');
});

async function readPeerName(path: string): Promise<unknown> {
  const socket = connect({ path, ca: authority, servername: 'localhost' });
  await once(socket, 'secureConnect');
  const name = socket.getPeerCertificate().subject.CN;
  socket.destroy();
  return name;
}

test('SIGHUP opens the access log again; on standard output it needs none.', async () => {
  const accessLog = join(await makeFolder(), 'access.jsonl');
  const { child, socket } = await startAll(['--access-log', accessLog]);
  await ask(socket, '/one?secret');
  await expect.poll(() => readFileSync(accessLog, 'utf8')).toContain('"path":"/one"');
  renameSync(accessLog, `${accessLog}.1`);
  child.kill('SIGHUP');
  await expect.poll(() => existsSync(accessLog)).toBe(true);
  await ask(socket, '/two');
  await expect.poll(() => readFileSync(accessLog, 'utf8')).toContain('"path":"/two"');

  const other = await startAll(['--access-log', '-']);
  let output = '';
  other.child.stdout?.on('data', (bytes: Buffer) => {
    output += bytes.toString();
  });
  await ask(other.socket, '/three');
  await expect.poll(() => output).toContain('"path":"/three"');
});

test('The REST API of the process is that of the library, and the token is in no line of its log.', async () => {
  const { apiSocket, log } = await startAll(['--log-level', 'debug']);
  const headers = { Authorization: `token ${adminToken}` };
  const body = JSON.stringify({ target: 'http://127.0.0.1:9', user: 'alice' });
  expect((await ask(apiSocket, '/api/routes/user/alice', { method: 'POST', headers, body })).status).toBe(201);
  expect(JSON.parse((await ask(apiSocket, '/api/routes', { headers })).body)).toMatchObject({
    '/user/alice': { target: 'http://127.0.0.1:9', user: 'alice' },
  });
  expect((await ask(apiSocket, '/api/routes')).status).toBe(403);
  await expect.poll(log).toContain('Route set');
  expect(log()).not.toContain(adminToken);
});

test('Killed and started again with --routes-file, the proxy serves its routes from the first request on.', async () => {
  const backend = await startBackend();
  const folder = await makeFolder();
  const args = ['--routes-file', join(folder, 'routes.jsonl')];
  const first = await startAll(args, folder);
  const headers = { Authorization: `token ${adminToken}` };
  const body = JSON.stringify({ target: backend.target });
  const set = (path: string) => ask(first.apiSocket, `/api/routes${path}`, { method: 'POST', headers, body });
  await Promise.all(Array.from({ length: 300 }, (_none, index) => set(`/user/u${index}`)));
  await ask(first.apiSocket, '/api/routes/user/u7', { method: 'DELETE', headers });
  first.child.kill('SIGKILL');
  await first.exit;
  rmSync(first.pidFile);

  const second = await startAll(args, folder);
  expect((await ask(second.socket, '/user/u299/x')).body).toBe('ok');
  expect((await ask(second.socket, '/user/u7/x')).status).toBe(404);
  expect(Object.keys(JSON.parse((await ask(second.apiSocket, '/api/routes', { headers })).body))).toHaveLength(299);
});

test('--log-level warn leaves out what only tells; errors remain.', async () => {
  const { apiSocket, socket, log } = await startAll(['--log-level', 'warn']);
  const headers = { Authorization: `token ${adminToken}` };
  const body = JSON.stringify({ target: 'http://127.0.0.1:1' });
  await ask(apiSocket, '/api/routes/x', { method: 'POST', headers, body });
  expect((await ask(socket, '/x')).status).toBe(503);
  await expect.poll(log).toContain('target-away');
  expect(log()).not.toContain('Route set');
});

test('What cannot be is said in a line, without a stack, and the process ends with 1.', async () => {
  const taken = await startBackend();
  const port = new URL(taken.target).port;
  for (const [args, environment, words] of [
    [[], {}, 'CONFIGPROXY_AUTH_TOKEN'],
    [['--statsd-host', 'x'], withToken, 'left out on purpose'],
    [['--ip', '127.0.0.1', '--port', port, '--api-port', '0'], withToken, 'EADDRINUSE'],
  ] as const) {
    const { exit, log } = run(args, environment);
    expect((await exit)[0]).toBe(1);
    expect(log()).toContain(words);
    expect(log()).not.toContain(' at ');
  }
  expect((taken.server as Server).listening).toBe(true);
});

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ask } from '../support/ask.js';
import { startBackend } from '../support/backend.js';
import { readCommandLine, startFromCommandLine } from '../support/start-command.js';
import { makeFolder } from '../support/test-proxy.js';

test('--error-path: CODE.html where there is one, else error.html, with the status of the error.', async () => {
  const folder = await makeFolder();
  await writeFile(join(folder, '404.html'), 'nothing here');
  await writeFile(join(folder, 'error.html'), 'broken');
  const { port, client } = await startFromCommandLine(['--error-path', folder]);
  await client.addRoute('/away', { target: 'http://127.0.0.1:1' });
  const missing = await ask(port, '/x');
  expect(missing).toMatchObject({ status: 404, body: 'nothing here' });
  expect(missing.headers['content-type']).toBe('text/html; charset=utf-8');
  expect(await ask(port, '/away')).toMatchObject({ status: 503, body: 'broken' });
});

test('Without the files of --error-path the proxy says it in its own words.', async () => {
  const { port, log } = await startFromCommandLine(['--error-path', await makeFolder()]);
  const { status, body } = await ask(port, '/x');
  expect(status).toBe(404);
  expect(JSON.parse(body).error.code).toBe('no-route');
  expect(log.filter(({ level }) => level === 'error')).toHaveLength(1);
});

test('--error-target is asked for CODE with the address, and its page goes back with the status of the error.', async () => {
  const backend = await startBackend((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html', 'Set-Cookie': 'a=b' }).end('from the hub');
  });
  const { port } = await startFromCommandLine(['--error-target', `${backend.target}/hub/error`]);
  const answer = await ask(port, '/user/al/x?q=1&r=2');
  expect(answer).toMatchObject({ status: 404, body: 'from the hub' });
  expect(answer.headers['content-type']).toBe('text/html');
  expect(answer.headers['set-cookie']).toBeUndefined();
  expect(backend.seen.map(({ url }) => url)).toEqual(['/hub/error/404?url=%2Fuser%2Fal%2Fx%3Fq%3D1%26r%3D2']);
});

test('--error-target may be a unix socket.', async () => {
  const backend = await startBackend((_request, response) => void response.end('page'), {
    path: join(await makeFolder(), 'pages.sock'),
  });
  const { port } = await startFromCommandLine(['--error-target', backend.target]);
  expect(await ask(port, '/x')).toMatchObject({ status: 404, body: 'page' });
});

test('An --error-target that is away does not take the answer away.', async () => {
  const { port } = await startFromCommandLine(['--error-target', 'http://127.0.0.1:1']);
  expect((await ask(port, '/x')).status).toBe(404);
});

test('What is no request at all does not bother the error target.', async () => {
  const backend = await startBackend();
  const { port } = await startFromCommandLine(['--error-target', backend.target]);
  expect((await ask(port, '/a/../b')).status).toBe(400);
  expect(backend.seen).toEqual([]);
});

test('--error-target and --error-path together are refused.', () => {
  expect(() => readCommandLine(['--error-target', 'http://127.0.0.1:1', '--error-path', '/x'])).toThrow('cannot both');
});

import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ask } from './support/ask.js';
import { startBackend, valuesOf } from './support/backend.js';
import {
  aliceRoute,
  makeFolder,
  serverSecret,
  signToken,
  startTestProxy,
  type TestProxy,
} from './support/test-proxy.js';

const path = '/user/alice/default/';
const bearer = (changes = {}) => ({ headers: { authorization: `token ${signToken(changes)}` } });

async function makeFile(): Promise<string> {
  return join(await makeFolder(), 'routes.jsonl');
}

function warnings({ log }: TestProxy): string {
  return JSON.stringify(log.filter(({ level }) => level !== 'info' && level !== 'debug'));
}

test('Routes, their gates, the sessions taken back and their secrets are there again after a restart.', async () => {
  const backend = await startBackend();
  const routesFile = await makeFile();
  const before = await startTestProxy({ routesFile });
  await before.client.addRoute(path, aliceRoute('http://127.0.0.1:9'));
  await before.client.addRoute(path, { ...aliceRoute(backend.target, { revokedSessions: ['gone'] }), note: 'kept' });
  await before.client.addRoute('/user/zoë/a b', { target: backend.target });
  await before.client.addRoute('/away', { target: backend.target });
  await before.client.deleteRoute('/away');
  const listed = Object.keys(await before.client.listRoutes());
  await before.proxy.close();

  const { port, client } = await startTestProxy({ routesFile });
  expect(Object.keys(await client.listRoutes())).toEqual(listed);
  expect(await client.getRoute(path)).toMatchObject({ note: 'kept', juhub: { gate: { revokedSessions: ['gone'] } } });
  expect((await ask(port, path, bearer({ session: 'gone' }))).status).toBe(401);
  expect((await ask(port, path)).status).toBe(401);
  expect((await ask(port, path, bearer())).body).toBe('ok');
  expect(valuesOf(backend.seen[0], 'authorization')).toEqual([`token ${serverSecret}`]);
  expect((await ask(port, '/user/zo%C3%AB/a%20b/x')).body).toBe('ok');
  expect((await ask(port, '/away')).status).toBe(404);
});

test('The file can be read by its owner alone, and no secret of it is in the log.', async () => {
  const routesFile = await makeFile();
  const proxy = await startTestProxy({ routesFile });
  await proxy.client.addRoute(path, aliceRoute('http://127.0.0.1:9'));
  expect(statSync(routesFile).mode & 0o777).toBe(0o600);
  expect(readFileSync(routesFile, 'utf8')).toContain(serverSecret);
  expect(JSON.stringify(proxy.log)).not.toContain(serverSecret);
});

test('The default target is a setting: it is not kept, but a route that somebody set in its place is.', async () => {
  const [one, two] = [await startBackend(), await startBackend((_request, response) => void response.end('two'))];
  const routesFile = await makeFile();
  const first = await startTestProxy({ routesFile, defaultTarget: one.target });
  await first.proxy.close();
  const second = await startTestProxy({ routesFile, defaultTarget: two.target });
  expect((await ask(second.port, '/')).body).toBe('two');
  await second.client.addRoute('/', { target: one.target });
  await second.proxy.close();
  const third = await startTestProxy({ routesFile, defaultTarget: two.target });
  expect((await ask(third.port, '/')).body).toBe('ok');
});

test.each([
  ['a line that is no JSON', (text: string) => text.replace('"path"', 'path'), 'its line 2 cannot be read'],
  ['something else', () => 'hello\n', 'it does not begin as a file of routes does'],
  ['nothing', () => '', 'it does not begin'],
])(
  'A file with %s is set aside, which is said; the proxy starts and keeps routes anew.',
  async (_what, damage, words) => {
    const routesFile = await makeFile();
    const before = await startTestProxy({ routesFile });
    await before.client.addRoute(path, aliceRoute('http://127.0.0.1:9'));
    await before.proxy.close();
    const damaged = damage(readFileSync(routesFile, 'utf8'));
    writeFileSync(routesFile, damaged);

    const proxy = await startTestProxy({ routesFile });
    expect(warnings(proxy)).toContain(words);
    expect(warnings(proxy)).not.toContain(serverSecret);
    expect(await proxy.client.listRoutes()).toEqual({});
    await proxy.client.addRoute('/new', { target: 'http://127.0.0.1:9' });
    expect(readFileSync(`${routesFile}.damaged`, 'utf8')).toBe(damaged);
    expect(readFileSync(routesFile, 'utf8')).toContain('/new');
  },
);

test('A file that others could have written to leads nobody anywhere: it is set aside.', async () => {
  const routesFile = await makeFile();
  const before = await startTestProxy({ routesFile });
  await before.client.addRoute('/x', { target: 'http://127.0.0.1:9' });
  await before.proxy.close();
  chmodSync(routesFile, 0o620);
  const proxy = await startTestProxy({ routesFile });
  expect(warnings(proxy)).toContain('other accounts may read or write it');
  expect(await proxy.client.listRoutes()).toEqual({});
});

test('A last line that was cut off is passed over; all before it counts.', async () => {
  const routesFile = await makeFile();
  const before = await startTestProxy({ routesFile });
  await before.client.addRoute('/a', { target: 'http://127.0.0.1:9' });
  await before.client.addRoute('/b', { target: 'http://127.0.0.1:9' });
  await before.proxy.close();
  writeFileSync(routesFile, readFileSync(routesFile, 'utf8').slice(0, -10));
  const proxy = await startTestProxy({ routesFile });
  expect(Object.keys(await proxy.client.listRoutes())).toEqual(['/a']);
  expect(warnings(proxy)).toBe('[]');
});

test('A gated route is left out by a proxy that has no gate any more: it would be open to everybody or nobody.', async () => {
  const routesFile = await makeFile();
  const before = await startTestProxy({ routesFile });
  await before.client.addRoute(path, aliceRoute('http://127.0.0.1:9'));
  await before.client.addRoute('/x', { target: 'http://127.0.0.1:9' });
  await before.proxy.close();
  const proxy = await startTestProxy({ routesFile, gate: undefined });
  expect(Object.keys(await proxy.client.listRoutes())).toEqual(['/x']);
  expect(warnings(proxy)).toContain('has no gate key');
});

test('However often a route is set, its file stays small, and what changes while it is written anew is in it.', async () => {
  const routesFile = await makeFile();
  const before = await startTestProxy({ routesFile });
  for (let round = 0; round < 50; round += 1) {
    await Promise.all(
      Array.from({ length: 100 }, (_none, index) =>
        index % 10 === 9
          ? before.client.deleteRoute(`/r${index - 1}`)
          : before.client.addRoute(`/r${index}`, { target: 'http://127.0.0.1:9', round }),
      ),
    );
  }
  const listed = await before.client.listRoutes();
  expect(readFileSync(routesFile, 'utf8').split('\n').length).toBeLessThan(1500);
  await before.proxy.close();
  const { client } = await startTestProxy({ routesFile });
  const read = await client.listRoutes();
  expect(Object.keys(read).sort()).toEqual(Object.keys(listed).sort());
  for (const [key, { round }] of Object.entries(listed)) expect(read[key]).toMatchObject({ round });
}, 30_000);

test('A folder that cannot be written to is an error at the start, before anything listens.', async () => {
  const routesFile = join(await makeFolder(), 'missing', 'routes.jsonl');
  await expect(startTestProxy({ routesFile })).rejects.toThrow(`The routes cannot be kept in ${routesFile}`);
});

test('Where the file cannot be written any more routes work on, which is said once; it is caught up on later.', async () => {
  const folder = join(await makeFolder(), 'kept');
  mkdirSync(folder, { mode: 0o700 });
  const routesFile = join(folder, 'routes.jsonl');
  const proxy = await startTestProxy({ routesFile });
  const set = (round: number) => proxy.client.addRoute('/x', { target: 'http://127.0.0.1:9', round });
  await set(0);
  renameSync(folder, `${folder}.away`);
  for (let round = 1; round <= 1100; round += 1) await set(round);
  await expect.poll(() => warnings(proxy)).toContain('Routes cannot be written to their file');
  await set(1101);
  expect(await proxy.client.getRoute('/x')).toMatchObject({ round: 1101 });
  mkdirSync(folder, { mode: 0o700 });
  await expect.poll(() => existsSync(routesFile), { timeout: 10_000 }).toBe(true);
  await expect.poll(() => JSON.stringify(proxy.log)).toContain('kept in their file again');
  expect(readFileSync(routesFile, 'utf8')).toContain('"round":1101');
  expect(warnings(proxy).match(/cannot be written/g)).toHaveLength(1);
}, 30_000);

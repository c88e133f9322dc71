import { expect, test } from 'vitest';
import { ask } from '../support/ask.js';
import { startBackend, valuesOf } from '../support/backend.js';
import { startFromCommandLine } from '../support/start-command.js';

/** A proxy with these options and a route `/user/al` to a backend with a path of its own. */
async function startHouse(args: readonly string[], location?: (target: string) => string) {
  const backend = await startBackend((_request, response) => {
    if (location === undefined) response.end('ok');
    else response.writeHead(302, { Location: location(backend.target) }).end();
  });
  const house = await startFromCommandLine(args);
  await house.client.addRoute('/user/al', { target: `${backend.target}/base` });
  return { ...house, backend };
}

test('--default-target gets whatever has no route.', async () => {
  const backend = await startBackend();
  const { port } = await startFromCommandLine(['--default-target', backend.target]);
  expect((await ask(port, '/anywhere')).body).toBe('ok');
});

test('The path of a target comes before that of the request, unless --no-prepend-path says otherwise.', async () => {
  for (const [args, url] of [
    [[], '/base/user/al/x?q=1'],
    [['--no-prepend-path'], '/user/al/x?q=1'],
  ] as const) {
    const { port, backend } = await startHouse(args);
    await ask(port, '/user/al/x?q=1');
    expect(backend.seen[0]?.url).toBe(url);
  }
});

test('--no-include-prefix takes the path of the route off, and refuses what would then begin with two slashes.', async () => {
  const { port, backend } = await startHouse(['--no-include-prefix']);
  for (const path of ['/user/al', '/user/al/', '/user/%61l/x/y?q=1']) await ask(port, path);
  expect(backend.seen.map(({ url }) => url)).toEqual(['/base/', '/base/', '/base/x/y?q=1']);
  expect((await ask(port, '/user/al//evil.example')).status).toBe(400);
  expect(backend.seen).toHaveLength(3);
});

test('--host-routing finds a route below the host that was asked for, in any case of letters, and lists the host.', async () => {
  const { port, backend, client } = await startHouse(['--host-routing', '--no-include-prefix']);
  await client.addRoute('/hub.example.org/lab', { target: backend.target });
  for (const host of ['hub.example.org', 'HUB.example.org:8000']) {
    expect((await ask(port, '/lab/x', { headers: { host } })).status).toBe(200);
  }
  expect(backend.seen.map(({ url }) => url)).toEqual(['/x', '/x']);
  expect((await ask(port, '/lab/x', { headers: { host: 'other.example.org' } })).status).toBe(404);
  expect((await ask(port, '/hub.example.org/lab/x', { headers: { host: 'other.example.org' } })).status).toBe(404);
  expect(await client.getRoute('/hub.example.org/lab')).toMatchObject({ host: 'hub.example.org' });
});

test('--change-origin gives a target its own address as Host.', async () => {
  const { port, backend } = await startHouse(['--change-origin']);
  await ask(port, '/user/al/');
  expect(valuesOf(backend.seen[0], 'host')).toEqual([new URL(backend.target).host]);
});

test('--custom-header goes with every request, in the place of the caller’s header of that name.', async () => {
  const { port, backend } = await startHouse(['--custom-header', 'X-Site: one', '--custom-header', 'X-More:a:b']);
  await ask(port, '/user/al/', { headers: { 'x-site': 'forged' } });
  expect(valuesOf(backend.seen[0], 'x-site')).toEqual(['one']);
  expect(valuesOf(backend.seen[0], 'x-more')).toEqual(['a:b']);
});

test('--custom-header may say what targets are told about the request: it stands alone, not beside the proxy’s word.', async () => {
  const { port, backend } = await startHouse([
    ...['--custom-header', 'X-Forwarded-Proto: https', '--custom-header', 'X-Real-IP: 10.0.0.9'],
  ]);
  await ask(port, '/user/al/', { headers: { 'x-forwarded-proto': 'gopher', 'x-real-ip': '6.6.6.6' } });
  const [seen] = backend.seen;
  expect(valuesOf(seen, 'x-forwarded-proto')).toEqual(['https']);
  expect(valuesOf(seen, 'x-real-ip')).toEqual(['10.0.0.9']);
  expect(valuesOf(seen, 'x-forwarded-for')).toEqual(['127.0.0.1']);
});

test('Targets are told what was asked and from where; what the caller says about it is not believed.', async () => {
  const { port, backend } = await startHouse([]);
  const headers = { host: 'hub.example.org:8000', 'x-forwarded-proto': 'https', 'x-forwarded-for': '6.6.6.6' };
  await ask(port, '/user/al/', { headers });
  const [seen] = backend.seen;
  expect(valuesOf(seen, 'x-forwarded-for')).toEqual(['127.0.0.1']);
  expect(valuesOf(seen, 'x-forwarded-proto')).toEqual(['http']);
  expect(valuesOf(seen, 'x-forwarded-host')).toEqual(['hub.example.org:8000']);
  expect(valuesOf(seen, 'x-forwarded-port')).toEqual(['8000']);
});

test('--no-x-forward says nothing about it.', async () => {
  const { port, backend } = await startHouse(['--no-x-forward']);
  await ask(port, '/user/al/', { headers: { 'x-forwarded-for': '6.6.6.6' } });
  expect(backend.seen[0]?.headers.filter(([name]) => /^x-forwarded/i.test(name))).toEqual([]);
});

test('--trusted-proxy believes a proxy in front about what it was asked.', async () => {
  const { port, backend } = await startHouse(['--trusted-proxy', '127.0.0.1']);
  const headers = {
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'front.example.org',
    'x-forwarded-for': '6.6.6.6',
  };
  await ask(port, '/user/al/', { headers });
  const [seen] = backend.seen;
  expect(valuesOf(seen, 'x-forwarded-for')).toEqual(['6.6.6.6']);
  expect(valuesOf(seen, 'x-forwarded-proto')).toEqual(['https']);
  expect(valuesOf(seen, 'x-forwarded-host')).toEqual(['front.example.org']);
});

/** What oauth2-proxy and its like set for hubs that sign in by a header. */
const userHeaders = {
  'x-forwarded-user': 'alice',
  'x-forwarded-email': 'alice@example.org',
  'x-forwarded-prefix': '/p',
};

test('--trusted-proxy lets through what a proxy in front says of the user; nobody else may say it.', async () => {
  for (const [args, user] of [
    [['--trusted-proxy', '127.0.0.1'], ['alice']],
    [['--trusted-proxy', '10.9.9.9'], []],
    [[], []],
  ] as const) {
    const { port, backend } = await startHouse(args);
    const headers = { ...userHeaders, 'x-forwarded-proto': 'https', forwarded: 'for=6.6.6.6', 'x-real-ip': '6.6.6.6' };
    await ask(port, '/user/al/', { headers });
    const [seen] = backend.seen;
    expect(valuesOf(seen, 'x-forwarded-user')).toEqual(user);
    expect(valuesOf(seen, 'x-forwarded-email')).toHaveLength(user.length);
    expect(valuesOf(seen, 'x-forwarded-prefix')).toHaveLength(user.length);
    expect(valuesOf(seen, 'x-forwarded-proto')).toEqual([user.length > 0 ? 'https' : 'http']);
    expect([...valuesOf(seen, 'forwarded'), ...valuesOf(seen, 'x-real-ip')]).toEqual([]);
  }
});

test('A proxy in front that nobody named is said in the log, once.', async () => {
  const { port, log } = await startHouse([]);
  await ask(port, '/user/al/');
  expect(log.filter(({ message }) => message.includes('trusted'))).toEqual([]);
  for (const proto of ['https', 'http']) await ask(port, '/user/al/', { headers: { 'x-forwarded-proto': proto } });
  const said = log.filter(({ message }) => message.includes('name it as a trusted one'));
  expect(said).toMatchObject([{ level: 'info', fields: { from: '127.0.0.1' } }]);
  const trusting = await startHouse(['--trusted-proxy', '127.0.0.1']);
  await ask(trusting.port, '/user/al/', { headers: { 'x-forwarded-proto': 'https' } });
  expect(trusting.log.filter(({ message }) => message.includes('trusted'))).toEqual([]);
});

test('--no-x-forward with --trusted-proxy leaves what a proxy in front said as it came, and nobody else’s.', async () => {
  const headers = { ...userHeaders, 'x-forwarded-for': '192.0.2.1, 192.0.2.2', 'x-real-ip': '192.0.2.1' };
  const { port, backend } = await startHouse(['--no-x-forward', '--trusted-proxy', '127.0.0.1']);
  await ask(port, '/user/al/', { headers });
  const said = backend.seen[0]?.headers.filter(([name]) => /^x-/i.test(name));
  expect(Object.fromEntries(said ?? [])).toEqual(headers);
  const other = await startHouse(['--no-x-forward', '--trusted-proxy', '10.9.9.9']);
  await ask(other.port, '/user/al/', { headers });
  expect(other.backend.seen[0]?.headers.filter(([name]) => /^x-/i.test(name))).toEqual([]);
});

test('--auto-rewrite turns a target’s redirect to itself into one to the address that was asked for.', async () => {
  const own = (target: string) => `${target}/login?next=1`;
  const { port } = await startHouse(['--auto-rewrite'], own);
  expect((await ask(port, '/user/al/')).headers.location).toBe('http://hub.example.org/login?next=1');
  const plain = await startHouse([], own);
  expect((await ask(plain.port, '/user/al/')).headers.location).toBe(`${plain.backend.target}/login?next=1`);
});

test('--protocol-rewrite gives such a redirect the scheme; one to elsewhere or without a host stays.', async () => {
  const args = ['--auto-rewrite', '--protocol-rewrite', 'https'];
  const { port } = await startHouse(args, (target) => `${target}/login`);
  expect((await ask(port, '/user/al/')).headers.location).toBe('https://hub.example.org/login');
  for (const location of ['http://elsewhere.example/x', '/login']) {
    const other = await startHouse(args, () => location);
    expect((await ask(other.port, '/user/al/')).headers.location).toBe(location);
  }
});

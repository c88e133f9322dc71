import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { choosePageLanguage } from '../src/reply/page-words.js';
import { ask } from './support/ask.js';
import { startBackend } from './support/backend.js';
import { aliceRoute, makeFolder, signToken, startTestProxy } from './support/test-proxy.js';

const path = '/user/alice/default/';
const page = '/hub/servers/default';

function navigate(port: number, at: string, headers: Record<string, string> = {}) {
  return ask(port, at, { headers: { 'Sec-Fetch-Mode': 'navigate', ...headers } });
}

async function startAway(route: object = {}) {
  const house = await startTestProxy();
  await house.client.addRoute(path, { target: 'http://127.0.0.1:1', ...route });
  return house;
}

test('Whoever opens a server that does not answer reads so in their language, with a way to the hub’s page about it.', async () => {
  const { port, client } = await startTestProxy();
  const route = aliceRoute('http://127.0.0.1:1');
  await client.addRoute(path, { ...route, juhub: { ...route.juhub, page } });
  const authorization = `token ${signToken()}`;
  const english = await navigate(port, `${path}lab`, { authorization });
  expect(english).toMatchObject({
    status: 503,
    headers: { 'content-language': 'en', 'retry-after': '2', refresh: '2' },
  });
  expect(english.body).toContain('This server does not answer just now');
  expect(english.body).toContain(`href="${page}"`);
  expect(english.body).toContain('in 2 seconds');
  const german = await navigate(port, `${path}lab`, { authorization, 'Accept-Language': 'de-DE,de;q=0.9,en;q=0.8' });
  expect(german.headers['content-language']).toBe('de');
  expect(german.body).toContain('<html lang="de">');
  expect(german.body).toContain('Dieser Server antwortet gerade nicht');
  expect(german.body).not.toContain('Try now');
});

test('Programs get JSON and Retry-After, whatever language they ask for.', async () => {
  const { port } = await startAway();
  const answer = await ask(port, path, { headers: { 'Accept-Language': 'de' } });
  expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '2', 'content-type': 'application/json' } });
  expect(answer.headers.refresh).toBeUndefined();
});

test('The longer a server is away, the less often its page asks; when it has answered, it begins anew.', async () => {
  const socketPath = join(await makeFolder(), 'target.sock');
  const { port, client } = await startTestProxy();
  await client.addRoute(path, { target: `unix+http://${encodeURIComponent(socketPath)}` });
  const start = performance.now();
  const clock = vi.spyOn(performance, 'now');
  onTestFinished(() => clock.mockRestore());
  const askAfter = async (seconds: number): Promise<string | undefined> => {
    clock.mockReturnValue(start + seconds * 1000);
    return (await navigate(port, path)).headers.refresh as string | undefined;
  };
  expect([await askAfter(0), await askAfter(20), await askAfter(60), await askAfter(86_400)]).toEqual([
    '2',
    '5',
    '15',
    '30',
  ]);
  const server = createServer((_request, response) => void response.end('here'));
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  expect((await navigate(port, path)).body).toBe('here');
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  expect(await askAfter(86_500)).toBe('2');
});

test('When it is the hub that does not answer, the page says so and does not send people to it.', async () => {
  const { port } = await startTestProxy({ defaultTarget: 'http://127.0.0.1:1' });
  const { body, status } = await navigate(port, '/hub/home');
  expect(status).toBe(503);
  expect(body).toContain('The hub does not answer just now');
  expect(body).not.toContain('href="/hub/"');
});

test('The page runs no script, loads nothing, is kept nowhere, and nothing of the request comes into it.', async () => {
  const { port } = await startAway({ juhub: { page: `/hub/"><script>alert(1)</script>` } });
  const { headers, body } = await navigate(port, `${path}%22%3E%3Cscript%3E?x="><script>evil()</script>`, {
    'Accept-Language': '"><script>evil()</script>',
    'User-Agent': '<script>evil()</script>',
  });
  expect(body).not.toContain('<script');
  expect(body).not.toContain('evil');
  expect(body).toContain('href="/hub/&#34;&#62;&#60;script&#62;');
  expect(headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-[^']+';/);
  expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
});

test.each(['https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)', '/a b'])(
  'A page of the hub is a path of its own site: %s is refused.',
  async (wrong) => {
    const { client } = await startTestProxy();
    await expect(client.addRoute('/x', { target: 'http://127.0.0.1:1', juhub: { page: wrong } })).rejects.toThrow(
      'must be a path of this site',
    );
  },
);

test('A page for another error keeps its status, and does not load itself again.', async () => {
  const { port, client } = await startTestProxy();
  await client.addRoute(path, aliceRoute((await startBackend()).target));
  const authorization = `token ${signToken({ user: 'bob' })}`;
  const answer = await navigate(port, path, { authorization, 'Accept-Language': 'de' });
  expect(answer.status).toBe(403);
  expect(answer.body).toContain('Dieser Server gehört jemand anderem');
  expect(answer.headers.refresh).toBeUndefined();
});

test.each([
  [undefined, 'en'],
  ['', 'en'],
  ['fr', 'en'],
  ['fr, de;q=0.5', 'de'],
  ['de-AT', 'de'],
  ['en;q=0.4, de;q=0.6', 'de'],
  ['en, de', 'en'],
  ['de;q=0', 'en'],
  ['DE', 'de'],
  ['nonsense;;;,de;q=x', 'en'],
] as const)('Accept-Language %j gets %s.', (header, language) => {
  expect(choosePageLanguage(header)).toBe(language);
});

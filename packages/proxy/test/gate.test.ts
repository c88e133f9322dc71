import { expect, onTestFinished, test, vi } from 'vitest';
import { createGateKeys } from '../src/index.js';
import { ask, type Question } from './support/ask.js';
import { startBackend } from './support/backend.js';
import { sendRaw, statusOf } from './support/raw-client.js';
import { aliceCookieName, aliceRoute, publicUrl, signToken, startTestProxy } from './support/test-proxy.js';
import { handshake } from './support/web-socket.js';

const path = '/user/alice/default/lab?reset';

async function startHouse(gate: object = {}) {
  const backend = await startBackend();
  const house = await startTestProxy();
  await house.client.addRoute('/user/alice/default/', aliceRoute(backend.target, gate));
  const get = (headers: Question['headers'], method = 'GET') =>
    ask(house.port, path, { method, headers: headers ?? {} });
  return { ...house, backend, get };
}

const listHeaders = (list: Record<string, string>[]): Record<string, string>[] => list;
const navigate = { 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Site': 'none', 'Sec-Fetch-Dest': 'document' };
const cookie = (token: string): string => `${aliceCookieName}=${token}`;
const pastSeconds = Math.floor(Date.now() / 1000) - 10;
const strangersKey = createGateKeys().privateKey;

test('The owner passes: by cookie in a browser, by Authorization in a program.', async () => {
  const { get, backend } = await startHouse();
  expect((await get({ Cookie: cookie(signToken()) })).body).toBe('ok');
  expect((await get({ Cookie: cookie(signToken()), ...navigate })).body).toBe('ok');
  expect((await get({ Authorization: `token ${signToken()}` })).body).toBe('ok');
  expect((await get({ Authorization: `BEARER  ${signToken()}` })).body).toBe('ok');
  expect(backend.seen).toHaveLength(4);
});

const worthless: [string, Record<string, string>][] = [
  ['no token', {}],
  ['an expired token', { Cookie: cookie(signToken({ exp: pastSeconds })) }],
  ['a token signed by a stranger', { Cookie: cookie(signToken({}, strangersKey)) }],
  ['a token of a session that was taken back', { Cookie: cookie(signToken({ session: 'revoked' })) }],
  ['nonsense for a token', { Cookie: cookie('a.b') }],
  ['a good token in a cookie of another name', { Cookie: `juhub-gate-other=${signToken()}` }],
  ['a good token under another scheme', { Authorization: `Basic ${signToken()}` }],
  ['an expired token of a program', { Authorization: `token ${signToken({ exp: pastSeconds })}` }],
];

test.each(worthless)(
  'With %s a page is sent to sign in, a program gets a 401, and nothing reaches the server.',
  async (_what, headers) => {
    const { get, backend } = await startHouse({ revokedSessions: ['revoked'] });
    const page = await get({ ...headers, ...navigate });
    expect(page.status).toBe(302);
    expect(page.headers.location).toBe(`/hub/gate?next=${encodeURIComponent(path)}`);
    expect(page.headers['cache-control']).toBe('no-store');
    expect((await get({ ...headers, Accept: 'text/html,*/*' })).status).toBe(302);
    const program = await get(headers);
    expect(program.status).toBe(401);
    expect(JSON.parse(program.body).error.code).toBe('sign-in-needed');
    expect((await get({ ...headers, Accept: 'text/html', 'X-Requested-With': 'XMLHttpRequest' })).status).toBe(401);
    expect((await get({ ...headers, Accept: 'text/html', 'Sec-Fetch-Mode': 'cors' })).status).toBe(401);
    expect((await get({ ...headers, ...navigate, Origin: publicUrl }, 'POST')).status).toBe(401);
    expect(backend.seen).toEqual([]);
  },
);

test.each([
  ['of another server', { server: 'b0b0000000000000' }],
  ['of another user', { user: 'bob' }],
  ['of a user whose name begins alike', { user: 'alice2' }],
])('A valid token %s is a 403 for pages and programs alike.', async (_what, changes) => {
  const { get, backend } = await startHouse();
  const foreign = signToken(changes);
  expect((await get({ Authorization: `token ${foreign}` })).status).toBe(403);
  expect((await get({ Cookie: cookie(foreign) })).status).toBe(403);
  expect((await get({ Cookie: cookie(foreign), ...navigate })).status).toBe(403);
  expect(backend.seen).toEqual([]);
});

test('Of several tokens one good one is enough, wherever the bad ones stand.', async () => {
  const { get } = await startHouse();
  const [good, forged, foreign] = [signToken(), signToken({}, strangersKey), signToken({ user: 'bob' })];
  for (const tokens of [
    [good, forged],
    [forged, good],
    [foreign, good, forged],
  ]) {
    expect((await get({ Cookie: tokens.map(cookie).join('; ') })).status).toBe(200);
    expect((await get({ Cookie: tokens.map(cookie) })).status).toBe(200);
  }
  expect((await get({ Authorization: 'token of-something-else', Cookie: cookie(good) })).status).toBe(200);
  expect((await get({ Cookie: [forged, foreign].map(cookie).join('; ') })).status).toBe(403);
});

test('A token that has passed before stops passing when it ends, and when its session is taken back.', async () => {
  const { get, client, backend } = await startHouse();
  const [short, revoked] = [signToken(), signToken({ session: 'revoked' })];
  for (const token of [short, revoked, short]) expect((await get({ Cookie: cookie(token) })).status).toBe(200);
  await client.addRoute('/user/alice/default', aliceRoute(backend.target, { revokedSessions: ['revoked'] }));
  expect((await get({ Cookie: cookie(revoked) })).status).toBe(401);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
  onTestFinished(() => void vi.useRealTimers());
  expect((await get({ Cookie: cookie(short) })).status).toBe(401);
});

test('With a cookie, requests that change something need our own Origin, or at least Sec-Fetch-Site: same-origin.', async () => {
  const { get, backend } = await startHouse();
  const Cookie = cookie(signToken());
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND']) {
    for (const bad of listHeaders([
      {},
      { Origin: 'https://evil.example' },
      { Origin: 'null' },
      { Origin: `${publicUrl}.evil.example` },
      { Origin: 'http://hub.example.org' },
      { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'same-origin' },
      { 'Sec-Fetch-Site': 'same-site' },
      { 'Sec-Fetch-Site': 'none' },
      { Referer: `${publicUrl}/user/alice/default/` },
    ])) {
      expect([bad, (await get({ Cookie, ...bad }, method)).status]).toEqual([bad, 403]);
    }
    expect((await get({ Cookie, Origin: publicUrl }, method)).status).toBe(200);
    expect((await get({ Cookie, 'Sec-Fetch-Site': 'same-origin' }, method)).status).toBe(200);
  }
  expect(backend.seen).toHaveLength(10);
});

test('With a cookie, a link from anywhere opens the server, but what other sites fetch or embed is refused.', async () => {
  const { get } = await startHouse();
  const Cookie = cookie(signToken());
  expect((await get({ Cookie, ...navigate, 'Sec-Fetch-Site': 'cross-site' })).status).toBe(200);
  expect((await get({ Cookie, 'Sec-Fetch-Site': 'same-origin', 'Sec-Fetch-Mode': 'no-cors' })).status).toBe(200);
  for (const bad of listHeaders([
    { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors' },
    { 'Sec-Fetch-Site': 'same-site', 'Sec-Fetch-Mode': 'cors', Origin: 'https://other.example.org' },
    { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'embed' },
    { Origin: 'https://evil.example' },
  ])) {
    expect([bad, (await get({ Cookie, ...bad })).status]).toEqual([bad, 403]);
  }
});

test('With Authorization no Origin is asked for: no browser sends it along for another page.', async () => {
  const { get } = await startHouse();
  expect((await get({ Authorization: `token ${signToken()}` }, 'POST')).status).toBe(200);
  expect(
    (await get({ Authorization: `token ${signToken()}`, Origin: 'https://elsewhere.example' }, 'DELETE')).status,
  ).toBe(200);
});

const upgrades: [string, number, string[]][] = [
  ['no token', 401, [`Origin: ${publicUrl}`]],
  ['an expired token', 401, [`Origin: ${publicUrl}`, `Cookie: ${cookie(signToken({ exp: pastSeconds }))}`]],
  ['a forged token', 401, [`Origin: ${publicUrl}`, `Cookie: ${cookie(signToken({}, strangersKey))}`]],
  [
    'a session that was taken back',
    401,
    [`Origin: ${publicUrl}`, `Cookie: ${cookie(signToken({ session: 'revoked' }))}`],
  ],
  ['the token of another user', 403, [`Origin: ${publicUrl}`, `Cookie: ${cookie(signToken({ user: 'bob' }))}`]],
  ['a cookie and no Origin', 403, [`Cookie: ${cookie(signToken())}`]],
  ['a cookie, no Origin, but Sec-Fetch-Site', 403, [`Cookie: ${cookie(signToken())}`, 'Sec-Fetch-Site: same-origin']],
  ['a cookie and the Origin of another site', 403, [`Cookie: ${cookie(signToken())}`, 'Origin: https://evil.example']],
  [
    'a cookie and two Origins',
    403,
    [`Cookie: ${cookie(signToken())}`, `Origin: ${publicUrl}`, 'Origin: https://evil.example'],
  ],
];

test.each(upgrades)(
  'A WebSocket with %s is answered %i and the server never hears of it.',
  async (_what, status, lines) => {
    const { port, backend } = await startHouse({ revokedSessions: ['revoked'] });
    const text = await sendRaw(port, handshake('/user/alice/default/api/kernels/1/channels', lines));
    expect(statusOf(text)).toBe(status);
    expect(text).toContain('"error":{"code":');
    expect(backend.connections).toBe(0);
  },
);

test('A proxy without a gate key refuses gated routes instead of letting everybody or nobody pass.', async () => {
  const { client } = await startTestProxy({ gate: undefined });
  await expect(client.addRoute('/user/alice/default', aliceRoute('http://127.0.0.1:1'))).rejects.toThrow('no gate key');
});

test('No token, cookie, secret or query ever reaches the log.', async () => {
  const { get, port, client, log } = await startHouse();
  const token = signToken();
  await get({ Cookie: cookie(token) });
  await get({ Authorization: `token ${signToken({ user: 'bob' })}` });
  await client.addRoute('/user/alice/default', aliceRoute('http://127.0.0.1:1'));
  await get({ Cookie: cookie(token) });
  await ask(port, '/nowhere?token=in-the-query');
  const text = JSON.stringify(log);
  expect(log.length).toBeGreaterThan(3);
  expect(text).not.toContain('secret-of-the-server');
  expect(text).not.toContain('in-the-query');
  expect(text).not.toContain(token.slice(0, 20));
});

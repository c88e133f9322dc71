import { expect, test } from 'vitest';
import { mayBackendSetCookie, readCookies, stripOwnCookies } from '../src/gate/cookies.js';
import { ask } from './support/ask.js';
import { startBackend, valuesOf } from './support/backend.js';
import {
  aliceCookieName,
  aliceGate,
  aliceRoute,
  serverSecret,
  signToken,
  startTestProxy,
} from './support/test-proxy.js';

test('Neither the cookies of hub and gate nor the caller’s Authorization reach a gated server; its own secret does.', async () => {
  const backend = await startBackend();
  const { port, client } = await startTestProxy();
  await client.addRoute('/user/alice/default', aliceRoute(backend.target));
  const token = signToken();
  await ask(port, '/user/alice/default/', {
    headers: {
      Cookie: [
        `juhub-session=s1; ${aliceCookieName}=${token};juhub-xsrf=x; keep=1`,
        'JUHUB-Session=s2; also=2; juhub-bare',
      ],
      Authorization: 'Bearer of-the-caller',
    },
  });
  await ask(port, '/user/alice/default/', { headers: { authorization: `token ${token}`, Cookie: 'juhub-session=s1' } });
  const seen = JSON.stringify(backend.seen);
  expect(seen).not.toMatch(/juhub|s1|s2|of-the-caller/i);
  expect(seen).not.toContain(token);
  expect(valuesOf(backend.seen[0], 'cookie').join('; ')).toBe('keep=1; also=2');
  expect(valuesOf(backend.seen[1], 'cookie')).toEqual([]);
  for (const request of backend.seen) expect(valuesOf(request, 'authorization')).toEqual([`token ${serverSecret}`]);
});

test('Authorization ends at the gate even when the route has none of its own to put in its place.', async () => {
  const backend = await startBackend();
  const { port, client } = await startTestProxy();
  await client.addRoute('/user/alice/default', { target: backend.target, juhub: { gate: aliceGate } });
  await ask(port, '/user/alice/default/', { headers: { authorization: `token ${signToken()}` } });
  expect(backend.seen).toHaveLength(1);
  expect(valuesOf(backend.seen[0], 'authorization')).toEqual([]);
});

test('On a route without a gate cookies and Authorization pass: the hub needs them.', async () => {
  const hub = await startBackend((_request, response) => {
    response.setHeader('Set-Cookie', 'juhub-session=new');
    response.end();
  });
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target: hub.target });
  const answer = await ask(port, '/hub/', { headers: { Cookie: 'juhub-session=s', Authorization: 'token t' } });
  expect(valuesOf(hub.seen[0], 'cookie')).toEqual(['juhub-session=s']);
  expect(valuesOf(hub.seen[0], 'authorization')).toEqual(['token t']);
  expect(answer.headers['set-cookie']).toEqual(['juhub-session=new']);
});

test('A caller cannot set or double the headers that the route sets, under any spelling.', async () => {
  const backend = await startBackend();
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target: backend.target, juhub: { requestHeaders: { 'X-Own-Name': 'right' } } });
  await ask(port, '/', { headers: { 'x-own-name': 'wrong', X_Own_Name: 'wrong' } });
  await ask(port, '/', { headers: { 'x-own-name': 'wrong', Connection: 'X-Own-Name' } });
  expect(backend.seen).toHaveLength(2);
  for (const { headers } of backend.seen) {
    expect(headers.filter(([name]) => /own/i.test(name))).toEqual([['X-Own-Name', 'right']]);
  }
});

test('A gated server can set its own cookies, but none under a name of ours and none without a name.', async () => {
  const backend = await startBackend((_request, response) => {
    response.setHeader('Set-Cookie', [
      '_xsrf=1; Path=/user/alice/default/',
      'juhub-session=evil; Path=/hub/',
      ' JUHUB-gate-x = evil',
      '=juhub-session=evil',
      'juhub-session',
      '__Host-juhub-session=evil; Secure; Path=/',
      'session=juhub-session',
    ]);
    response.end();
  });
  const { port, client } = await startTestProxy();
  await client.addRoute('/user/alice/default', aliceRoute(backend.target));
  const answer = await ask(port, '/user/alice/default/', { headers: { authorization: `token ${signToken()}` } });
  expect(answer.headers['set-cookie']).toEqual(['_xsrf=1; Path=/user/alice/default/', 'session=juhub-session']);
});

test('A gated server can neither sign its user out of the hub nor put a service worker above its own path.', async () => {
  const backend = await startBackend((request, response) => {
    response.setHeader('Clear-Site-Data', '"cookies"');
    response.setHeader('Service-Worker-Allowed', decodeURIComponent(request.url?.split('?')[1] ?? ''));
    response.end();
  });
  const { port, client } = await startTestProxy();
  await client.addRoute('/user/alice/default', aliceRoute(backend.target));
  const scopeFor = async (wanted: string): Promise<unknown> => {
    const path = `/user/alice/default/static/sw.js?${encodeURIComponent(wanted)}`;
    const { headers } = await ask(port, path, { headers: { authorization: `token ${signToken()}` } });
    expect(headers).not.toHaveProperty('clear-site-data');
    return headers['service-worker-allowed'];
  };
  for (const scope of [
    '/',
    '/hub/',
    '../../../..',
    'https://other/user/alice/default/',
    '/user/alice/default2/',
    '//x/',
  ]) {
    expect(await scopeFor(scope)).toBe('/user/alice/default/');
  }
  expect(await scopeFor('..')).toBe('/user/alice/default/');
  expect(await scopeFor('/user/alice/default/lab/')).toBe('/user/alice/default/lab/');
});

test('Nothing that a gated server says is kept by browsers for the whole site.', async () => {
  const kept = ['NEL', 'Report-To', 'Strict-Transport-Security', 'Alt-Svc', 'Clear-Site-Data'];
  const backend = await startBackend((_request, response) => {
    for (const name of [...kept, 'X-Own']) response.setHeader(name, 'said');
    response.end();
  });
  const { port, client } = await startTestProxy();
  await client.addRoute('/user/alice/default', aliceRoute(backend.target));
  await client.addRoute('/hub', { target: backend.target });
  const { headers } = await ask(port, '/user/alice/default/', { headers: { authorization: `token ${signToken()}` } });
  expect(headers['x-own']).toBe('said');
  for (const name of kept) expect(headers).not.toHaveProperty(name.toLowerCase());
  expect((await ask(port, '/hub/')).headers).toHaveProperty('strict-transport-security', 'said');
});

test('Cookies are read from several headers, and all values of a name are found.', () => {
  expect(readCookies(['a=1; b=2;a = 3 ', 'a=4=5; A=6; aa=7', 'a'], 'a')).toEqual(['1', '3', '4=5', 'a']);
  expect(stripOwnCookies('juhub-a=1')).toBeUndefined();
  expect(stripOwnCookies('x=juhub-a; y')).toBe('x=juhub-a; y');
  expect(mayBackendSetCookie('\tjuhub-a\t=1')).toBe(false);
  expect(mayBackendSetCookie('xjuhub-a=1')).toBe(true);
});

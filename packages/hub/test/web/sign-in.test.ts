import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requireUser } from '../../src/web/require-user.js';
import { startTestHub, TestBrowser, type TestHub } from './start-test-hub.js';

let hub: TestHub;
let browser: TestBrowser;

beforeEach(async () => {
  hub = await startTestHub([
    (router) => {
      router.get('/hub/home', (ctx) => {
        ctx.body = `Hello ${requireUser(ctx).name}`;
      });
      router.post('/hub/change', (ctx) => {
        ctx.body = `Changed by ${requireUser(ctx).name}`;
      });
    },
  ]);
  browser = new TestBrowser(hub);
});

afterEach(() => hub.close());

describe('signing in', () => {
  it('leads from a page that needs it to the form, and back to that page', async () => {
    const sent = await browser.get('/hub/home?a=1&b=%20');
    expect([sent.status, sent.headers.location]).toEqual([302, '/hub/sign-in?next=%2Fhub%2Fhome%3Fa%3D1%26b%3D%2520']);
    const form = await browser.get(String(sent.headers.location));
    expect(form.text).toContain('value="/hub/home?a&#x3D;1&amp;b&#x3D;%20"');
    const next = '/hub/home?a=1&b=%20';
    const done = await browser.post('/hub/sign-in', { name: 'alice', password: 'password of alice', next });
    expect([done.status, done.headers.location]).toEqual([303, next]);
    expect((await browser.get(next)).text).toBe('Hello alice');
  });

  it('sets a cookie that scripts and other sites can not use', async () => {
    await browser.signIn();
    const cookie = browser.setCookies.find((line) => line.startsWith('juhub-session='));
    expect(cookie).toMatch(/^juhub-session=[A-Za-z0-9_-]{43}; Path=\/hub\/; Max-Age=604800; HttpOnly; SameSite=Lax$/);
  });

  it('sets cookies for https alone where the hub is reached by https', async () => {
    const secure = await startTestHub([], 'https://juhub.example.org');
    const secureBrowser = new TestBrowser(secure);
    const answer = await secureBrowser.signIn();
    await secure.close();
    expect(answer.status).toBe(303);
    expect(secureBrowser.setCookies).toHaveLength(2);
    expect(secureBrowser.setCookies.every((line) => line.endsWith('; Secure'))).toBe(true);
    expect(answer.headers['strict-transport-security']).toBe('max-age=31536000');
  });

  it.each([
    ['a wrong password', 'alice', 'wrong'],
    ['an unknown name', 'nobody', 'password of alice'],
    ['no password', 'alice', ''],
    ['markup for a name', '"><script>alert(1)</script>', 'x'],
  ])('with %s is refused in the same words', async (_, name, password) => {
    const answer = await browser.signIn(name, password);
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('The user name or the password is wrong.');
    expect(answer.text).not.toContain('<script>alert');
    expect(browser.cookies.has('juhub-session')).toBe(false);
    expect((await browser.get('/hub/home')).status).toBe(302);
  });

  it('keeps the name and where to go after a wrong password, but not the password', async () => {
    await browser.get('/hub/sign-in');
    const form = { name: 'alice', password: 'a wrong one', next: '/user/alice/default/lab' };
    const answer = await browser.post('/hub/sign-in', form);
    expect(answer.text).toContain('value="alice"');
    expect(answer.text).toContain('value="/user/alice/default/lab"');
    expect(answer.text).not.toContain('a wrong one');
  });

  it.each(['https://evil.example/', '//evil.example', '/\\evil.example', 'javascript:alert(1)'])(
    'never leads to %s',
    async (next) => {
      expect((await browser.get(`/hub/sign-in?next=${encodeURIComponent(next)}`)).text).not.toContain('evil');
      expect((await browser.signIn('alice', 'password of alice', next)).headers.location).toBe('/hub/home');
    },
  );

  it('asks to wait after some wrong passwords from one address, with the right password too', async () => {
    const attacker = new TestBrowser(hub, { 'x-forwarded-for': '10.0.0.1, 192.0.2.66' });
    const statuses: number[] = [];
    for (let count = 0; count < 3; count++) {
      statuses.push((await attacker.signIn('alice', `guess ${count}`)).status);
    }
    const refused = await attacker.signIn();
    expect(statuses).toEqual([403, 403, 403]);
    expect(refused.status).toBe(429);
    expect(refused.text).toMatch(/Too many attempts to sign in. Please try again in \d+ (s|min)\b/);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    const pretender = new TestBrowser(hub, { 'x-forwarded-for': '10.0.0.99, 192.0.2.66' });
    expect((await pretender.signIn()).status).toBe(429);
    const alice = new TestBrowser(hub, { 'x-forwarded-for': '192.0.2.7' });
    expect((await alice.signIn()).status).toBe(303);
  });

  it('is skipped by somebody who is signed in already', async () => {
    await browser.signIn();
    const answer = await browser.get('/hub/sign-in?next=/hub/home?x');
    expect([answer.status, answer.headers.location]).toEqual([302, '/hub/home?x']);
  });

  it('never takes over a session that was there before', async () => {
    await browser.signIn();
    const before = browser.cookies.get('juhub-session');
    const fixed = new TestBrowser(hub);
    fixed.cookies.set('juhub-session', 'A'.repeat(43));
    await fixed.signIn();
    expect(fixed.cookies.get('juhub-session')).not.toBe('A'.repeat(43));
    expect(fixed.cookies.get('juhub-session')).not.toBe(before);
  });

  it('does not count when the browser was given a session of somebody else as well', async () => {
    const [mine, planted] = [new TestBrowser(hub), new TestBrowser(hub)];
    await mine.signIn();
    await planted.signIn();
    const cookies = [mine, planted].map(({ cookies }) => `juhub-session=${cookies.get('juhub-session')}`);
    const asked = (cookie: string) => hub.ask('/hub/home', { headers: { cookie } });
    expect((await asked(cookies.join('; '))).status).toBe(302);
    expect((await asked(`${cookies[0]}; juhub-session=junk; ${cookies[0]}`)).text).toBe('Hello alice');
  });

  it('never writes a password to the log', async () => {
    await browser.signIn('alice', 'hunter2-hunter2');
    await browser.signIn();
    expect(JSON.stringify(hub.logged)).not.toMatch(/hunter2|password of alice/);
    expect(hub.logged.map(({ message }) => message)).toContain('Somebody could not sign in');
  });
});

describe('signing out', () => {
  it('ends the session here and in the database', async () => {
    await browser.signIn();
    const stolen = new TestBrowser(hub);
    stolen.cookies.set('juhub-session', browser.cookies.get('juhub-session') ?? '');
    expect((await stolen.get('/hub/home')).text).toBe('Hello alice');
    await browser.get('/hub/nowhere');
    const answer = await browser.post('/hub/sign-out');
    expect([answer.status, answer.headers.location]).toEqual([303, '/hub/sign-in?signed-out=1']);
    expect(browser.cookies.has('juhub-session')).toBe(false);
    expect((await stolen.get('/hub/home')).status).toBe(302);
    expect((await browser.get('/hub/sign-in?signed-out=1')).text).toContain('You are signed out.');
  });

  it('takes the way to the running servers from the browser', async () => {
    const common = { userName: 'alice', site: 's', account: 'a', scheduler: 'slurm', createdAt: new Date() } as const;
    const server = { ...common, template: 't', templateVersion: '1', choices: {} };
    await hub.services.database.servers.insert({ ...server, id: '0123456789abcdef', name: 'default' });
    await browser.signIn();
    await browser.get('/hub/nowhere');
    await browser.post('/hub/sign-out');
    expect(browser.setCookies).toContain(
      'juhub-gate-0123456789abcdef=; Path=/user/alice/default/; Max-Age=0; HttpOnly; SameSite=Lax',
    );
  });

  it('is not done by a link', async () => {
    await browser.signIn();
    expect((await browser.get('/hub/sign-out')).status).toBe(405);
    expect((await browser.get('/hub/home')).text).toBe('Hello alice');
  });
});

describe('a change', () => {
  beforeEach(async () => {
    await browser.signIn();
    await browser.get('/hub/nowhere');
  });

  it('is made by a form of the hub', async () => {
    expect((await browser.post('/hub/change')).text).toBe('Changed by alice');
    expect((await browser.post('/hub/change', {}, { 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    expect((await browser.post('/hub/change', {}, { origin: 'http://127.0.0.1:8000' })).status).toBe(200);
  });

  it('is refused without the token, or with one of another session', async () => {
    expect((await browser.post('/hub/change', { _xsrf: '' })).status).toBe(403);
    const other = new TestBrowser(hub);
    const page = await other.get('/hub/sign-in');
    const token = /name="_xsrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
    const answer = await browser.post('/hub/change', { _xsrf: token });
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('Go back, reload it and try again');
  });

  it('is refused when it comes from another origin, token or not', async () => {
    expect((await browser.post('/hub/change', {}, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await browser.post('/hub/change', {}, { origin: 'null' })).status).toBe(403);
    expect((await browser.post('/hub/change', {}, { 'sec-fetch-site': 'same-site' })).status).toBe(403);
    expect((await browser.post('/hub/change', {}, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  });

  it.each(['PUT', 'PATCH', 'DELETE'])('by %s is refused without the token', async (method) => {
    const cookie = `juhub-session=${browser.cookies.get('juhub-session')}`;
    expect((await hub.ask('/hub/change', { method, headers: { cookie } })).status).toBe(403);
  });

  it('takes the token from a header as well', async () => {
    const page = await browser.get('/hub/nowhere');
    const token = /name="_xsrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
    const cookie = `juhub-session=${browser.cookies.get('juhub-session')}`;
    const headers = { cookie, 'x-xsrf-token': token, 'content-type': 'application/json' };
    expect((await hub.ask('/hub/change', { body: '{}', headers })).text).toBe('Changed by alice');
  });

  it('without a session is answered with 401, not with the way to sign in', async () => {
    const nobody = new TestBrowser(hub);
    await nobody.get('/hub/sign-in');
    expect((await nobody.post('/hub/change')).status).toBe(401);
  });
});

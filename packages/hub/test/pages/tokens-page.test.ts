import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TestBrowser } from '../web/start-test-hub.js';
import { type PageHub, startPageHub } from './start-page-hub.js';

let room: PageHub;
let alice: TestBrowser;

beforeEach(async () => {
  room = await startPageHub();
  alice = await room.enter();
  await alice.get('/hub/tokens');
});

afterEach(() => room.close());

const GOOD = { label: 'my <script>', use: 'read', days: '30' };
const tokens = () => room.hub.services.auth.apiTokens;

/** The secret that a page shows. */
function readSecret(text: string): string {
  return /juhub_[A-Za-z0-9_-]{43}/.exec(text)?.[0] ?? '';
}

describe('The page of the tokens', () => {
  it('makes a token that counts, shows it once, and lists it from then on without its secret', async () => {
    const made = await alice.post('/hub/tokens', GOOD);
    expect([made.status, made.headers['cache-control']]).toEqual([200, 'no-store']);
    const secret = readSecret(made.text);
    const found = await tokens().find(secret);
    expect(found).toMatchObject({ user: { name: 'alice' }, scopes: ['read:servers', 'read:sites'] });
    expect(Math.round(((found?.expiresAt?.getTime() ?? 0) - Date.now()) / 86_400_000)).toBe(30);
    const later = await alice.get('/hub/tokens');
    expect(later.text).toContain('my &lt;script&gt;');
    expect(later.text).not.toContain('juhub_');
    expect(JSON.stringify(room.hub.logged)).not.toContain(secret);
  });

  it('offers the administration to administrators alone, and makes nobody else a token for it', async () => {
    const wanted = { ...GOOD, use: 'admin' };
    expect((await alice.get('/hub/tokens')).text).not.toContain('value="admin"');
    expect((await alice.post('/hub/tokens', wanted)).status).toBe(422);
    const ada = await room.enter('ada');
    expect((await ada.get('/hub/tokens')).text).toContain('<option value="admin">');
    const found = await tokens().find(readSecret((await ada.post('/hub/tokens', wanted)).text));
    expect(found).toMatchObject({ user: { name: 'ada' }, scopes: ['admin'] });
  });

  it.each([
    [{ label: ' ' }, 'The label must be one line'],
    [{ label: 'a\u0007b' }, 'The label must be one line'],
    [{ use: 'admin' }, 'Please choose'],
    [{ days: '99999' }, 'Please choose'],
    [{ days: '' }, 'Please choose'],
  ])('makes nothing of %j', async (wrong, words) => {
    const answer = await alice.post('/hub/tokens', { ...GOOD, ...wrong });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(words);
    expect(await tokens().list()).toEqual([]);
  });

  it('makes nothing without the token of the page, or for a page of another site', async () => {
    const bare = await alice.post('/hub/tokens', { ...GOOD, _xsrf: '' });
    const foreign = await alice.post('/hub/tokens', GOOD, { 'sec-fetch-site': 'cross-site' });
    expect([bare.status, foreign.status]).toEqual([403, 403]);
    expect(await tokens().list()).toEqual([]);
  });

  it('takes a token back, but nobody else’s', async () => {
    const secret = readSecret((await alice.post('/hub/tokens', GOOD)).text);
    const id = (await tokens().find(secret))?.id ?? '';
    const bob = await room.enter('bob');
    expect((await bob.get('/hub/tokens')).text).not.toContain(id);
    expect((await bob.post(`/hub/tokens/${id}/revoke`)).status).toBe(404);
    expect(await tokens().find(secret)).toBeDefined();
    const answer = await alice.post(`/hub/tokens/${id}/revoke`);
    expect([answer.status, answer.headers.location]).toEqual([303, '/hub/tokens']);
    expect(await tokens().find(secret)).toBeUndefined();
  });

  it('speaks German to whoever reads German, when it refuses something too', async () => {
    const german = { 'accept-language': 'de' };
    expect((await alice.post('/hub/tokens', GOOD, german)).text).toContain('Das Token für my &lt;script&gt;');
    expect((await alice.get('/hub/tokens', german)).text).toContain('Zurückziehen');
    expect((await alice.post('/hub/tokens', { ...GOOD, use: 'x' }, german)).text).toContain(
      'Bitte wählen, was das Token',
    );
    expect((await alice.post('/hub/tokens/none/revoke', {}, german)).text).toContain('Dieses Token gibt es nicht.');
  });

  it('makes no more than fifty for one person', async () => {
    for (let made = 0; made < 50; made += 1) {
      await tokens().issue({ userName: 'alice', label: 'one', scopes: [] });
    }
    const answer = await alice.post('/hub/tokens', GOOD);
    expect([answer.status, (await tokens().list()).length]).toEqual([422, 50]);
  });
});

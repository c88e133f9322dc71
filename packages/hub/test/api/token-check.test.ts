import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PageHub, startPageHub } from '../pages/start-page-hub.js';
import { type AskApi, createAskApi, issueToken } from './api-client.js';

let room: PageHub;
let ask: AskApi;

beforeEach(async () => {
  room = await startPageHub();
  ask = createAskApi(room);
});

afterEach(() => room.close());

const START = { site: 'cluster', template: 'jupyterlab', choices: { partition: 'gpus', account: 'zam', gpus: 1 } };

describe('Who has no token', () => {
  it('reads the version and nothing else, and is told how to bring one', async () => {
    expect((await ask('GET', '')).body).toEqual({ version: expect.stringMatching(/^\d+\.\d+\.\d+/) });
    const answer = await ask('GET', '/user');
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, 'Bearer realm="juhub"']);
    expect(answer.body.error).toMatchObject({ code: 'token-needed' });
  });

  it('gets no page of HTML, even where that is what the request prefers', async () => {
    const answer = await ask('GET', '/user', { headers: { accept: 'text/html' } });
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
  });

  it('gets nowhere with a session of a browser, whatever page sends the request', async () => {
    const alice = await room.enter();
    const cookie = [...alice.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    expect(cookie).toContain('juhub-session=');
    const requests: Record<string, string>[] = [
      { cookie },
      { cookie, 'sec-fetch-site': 'same-origin' },
      { cookie, 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
      { cookie, authorization: '' },
    ];
    for (const headers of requests) {
      expect((await ask('GET', '/user', { headers })).status).toBe(401);
      expect((await ask('POST', '/users/alice/servers/mine', { headers, json: START })).status).toBe(401);
      expect((await ask('DELETE', '/users/alice/servers/mine', { headers })).status).toBe(401);
    }
    expect(await room.records.listByUser('alice')).toEqual([]);
  });

  it('does not get around the check by another spelling of the path', async () => {
    const alice = await room.enter();
    const cookie = [...alice.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    for (const path of ['/hub/API/user', '/HUB/api/user', '/hub//api/user', '/hub/api//user', '/hub/%61pi/user']) {
      const answer = await room.hub.ask(path, { headers: { cookie, accept: 'application/json' } });
      expect([path, answer.status]).toEqual([path, 404]);
    }
  });
});

describe('A token', () => {
  it('counts as `token` and as `Bearer`, and beside it no cookie does', async () => {
    const bob = await room.enter('bob');
    const cookie = [...bob.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const { token } = await issueToken(room);
    for (const scheme of ['token', 'Bearer', 'bearer ']) {
      const answer = await ask('GET', '/user', { headers: { cookie, authorization: `${scheme} ${token}` } });
      expect(answer.body).toMatchObject({ name: 'alice', kind: 'user', admin: false });
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
  });

  it('needs neither Origin nor the token of a page', async () => {
    const { token } = await issueToken(room);
    const answer = await ask('POST', '/users/alice/servers/mine', { token, json: START });
    expect(answer.status).toBe(202);
  });

  it('counts no more once it was taken back, has expired, or was never one', async () => {
    const revoked = await issueToken(room);
    expect((await ask('GET', '/user', { token: revoked.token })).status).toBe(200);
    await room.hub.services.auth.apiTokens.revoke(revoked.id);
    const expired = await issueToken(room, { expiresAt: new Date(Date.now() - 1) });
    for (const token of [revoked.token, expired.token, `juhub_${'x'.repeat(43)}`, 'x', room.hub.socketPath]) {
      const answer = await ask('GET', '/user', { token });
      expect([answer.status, answer.body.error.code]).toEqual([401, 'token-wrong']);
    }
  });

  it('is not read from the query', async () => {
    const { token } = await issueToken(room);
    expect((await ask('GET', `/user?token=${token}&access_token=${token}`)).status).toBe(401);
  });

  it('opens no page of the hub', async () => {
    const { token } = await issueToken(room);
    const answer = await room.hub.ask('/hub/home', { headers: { authorization: `token ${token}` } });
    expect(answer.headers.location).toMatch(/^\/hub\/sign-in/);
  });

  it('is in no log and no answer', async () => {
    const { token } = await issueToken(room);
    const wrong = `juhub_${'w'.repeat(43)}`;
    const answers = [
      await ask('GET', '/user', { token }),
      await ask('GET', '/nothing', { token }),
      await ask('GET', '/user', { token: wrong }),
      await ask('POST', '/users/alice/servers/mine', { token, json: { ...START, site: 'moon' } }),
    ];
    const said = JSON.stringify([answers, room.hub.logged]);
    expect(said).not.toContain(token.slice(6));
    expect(said).not.toContain(wrong.slice(6));
  });

  it('is asked for again after too many wrong ones of an address, while a right one still counts there', async () => {
    const { token } = await issueToken(room);
    const from = (address: string) => ({ 'x-forwarded-for': address });
    const wrong = `juhub_${'w'.repeat(43)}`;
    const tries = await Promise.all(
      Array.from({ length: 31 }, () => ask('GET', '/user', { token: wrong, headers: from('192.0.2.1') })),
    );
    expect(tries.map(({ status }) => status).sort()).toEqual([...Array(30).fill(401), 429]);
    expect(tries.find(({ status }) => status === 429)?.headers['retry-after']).toMatch(/^\d+$/);
    expect((await ask('GET', '/user', { token, headers: from('192.0.2.1') })).status).toBe(200);
    expect((await ask('GET', '/user', { token: wrong, headers: from('192.0.2.2') })).status).toBe(401);
  });
});

describe('Scopes', () => {
  const server = '/users/alice/servers/default';
  it.each([
    ['servers', 'GET', server, 200],
    ['servers', 'GET', '/sites', 403],
    ['servers', 'GET', '/templates', 403],
    ['read:servers', 'GET', server, 200],
    ['read:servers', 'POST', server, 403],
    ['read:servers', 'DELETE', server, 403],
    ['read:servers', 'POST', `${server}/pass`, 403],
    ['read:sites', 'GET', '/sites/cluster', 200],
    ['read:sites', 'GET', server, 403],
    ['read:sites', 'GET', `${server}/progress`, 403],
    ['read:sites', 'GET', '/user', 200],
  ] as const)('%s: %s %s is answered %i', async (scope, method, path, status) => {
    await room.putServer();
    const { token } = await issueToken(room, { scopes: [scope] });
    const answer = await ask(method, path, { token });
    expect(answer.status).toBe(status);
    expect(answer.body.error?.code).toBe(status === 403 ? 'scope-needed' : undefined);
  });

  it('hide the servers of a user from a token that may not read them', async () => {
    await room.putServer();
    const { token } = await issueToken(room, { scopes: ['read:sites'] });
    expect((await ask('GET', '/user', { token })).body).toMatchObject({ scopes: ['read:sites'], servers: null });
  });
});

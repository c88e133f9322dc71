import { readFileSync } from 'node:fs';
import { verifyGateToken } from '@juhub/proxy';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeStateDir } from '../../src/config/state-paths.js';
import { FAKE_ENDS } from './fake-cluster.js';
import { type PageHub, startPageHub } from './start-page-hub.js';

let room: PageHub;

beforeEach(async () => {
  room = await startPageHub();
});

afterEach(() => room.close());

const gate = (next: string) => `/hub/gate?next=${encodeURIComponent(next)}`;

describe('The gate', () => {
  it('lets the owner pass to a ready server, with a cookie for its path alone', async () => {
    const { id } = await room.putServer();
    const alice = await room.enter();
    const answer = await alice.get(gate('/user/alice/default/lab/tree/a.ipynb?reset&x=1'));
    expect([answer.status, answer.headers.location]).toEqual([302, '/user/alice/default/lab/tree/a.ipynb?reset&x=1']);
    const cookie = answer.headers['set-cookie']?.find((line) => line.startsWith(`juhub-gate-${id}=`)) ?? '';
    expect(cookie).toMatch(/; Path=\/user\/alice\/default\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/);
  });

  it('sends somebody who has not signed in to do so, and back', async () => {
    const answer = await room.hub.ask(gate('/user/alice/default/lab?a=1&b=2'));
    expect(answer.status).toBe(302);
    const signIn = new URL(answer.headers.location ?? '', 'http://hub.invalid');
    expect(signIn.pathname).toBe('/hub/sign-in');
    const back = new URL(signIn.searchParams.get('next') ?? '', 'http://hub.invalid');
    expect([back.pathname, back.searchParams.get('next')]).toEqual(['/hub/gate', '/user/alice/default/lab?a=1&b=2']);
  });

  it('tells everybody else the same, whether there is such a server or not', async () => {
    await room.putServer();
    const bob = await room.enter('bob');
    const there = await bob.get(gate('/user/alice/default/'));
    const none = await bob.get(gate('/user/alice/nothing/'));
    expect([there.status, none.status]).toEqual([403, 403]);
    const bare = (text: string) => text.replaceAll(/value="[^"]+"/g, '');
    expect(bare(there.text)).toBe(bare(none.text));
    expect(there.text).toContain('belongs to somebody else');
    expect(there.headers['set-cookie'] ?? []).toEqual([]);
  });

  it('shows the progress of a server that is not ready, and gives no cookie', async () => {
    await room.putServer({ state: 'queued' });
    const answer = await (await room.enter()).get(gate('/user/alice/default/lab'));
    expect([answer.status, answer.headers.location]).toEqual([302, '/hub/servers/default']);
    expect(answer.headers['set-cookie'] ?? []).toEqual([]);
  });

  it('lets nobody in a circle: a ready server whose route is missing gets a page that waits', async () => {
    await room.putServer();
    const alice = await room.enter();
    const { proxy } = FAKE_ENDS;
    const known = proxy.getRoute;
    proxy.getRoute = async () => undefined;
    const answer = await alice.get(gate('/user/alice/default/lab')).finally(() => {
      proxy.getRoute = known;
    });
    expect([answer.status, answer.headers.refresh]).toEqual([503, '2']);
    expect(answer.headers['set-cookie'] ?? []).toEqual([]);
  });

  it('is where a browser is sent that asks for a server without a route; a program is told that it does not run', async () => {
    const page = await room.hub.ask('/user/alice/default/lab?x=1');
    expect([page.status, page.headers.location]).toEqual([
      302,
      '/hub/gate?next=%2Fuser%2Falice%2Fdefault%2Flab%3Fx%3D1',
    ]);
    const program = await room.hub.ask('/user/alice/default/api', { headers: { accept: 'application/json' } });
    expect(program.status).toBe(503);
  });

  it('lets no script pass that fetches it: only a window or a tab is led on', async () => {
    await room.putServer();
    const alice = await room.enter();
    const answer = await alice.get(gate('/user/alice/default/lab'), { 'sec-fetch-dest': 'empty' });
    expect(answer.status).toBe(403);
    expect(answer.headers['set-cookie'] ?? []).toEqual([]);
  });

  it('says of a server that ended why, and how to start it again', async () => {
    await room.putServer({ state: 'ended', endMessage: 'The run time is over.' });
    const answer = await (await room.enter()).get(gate('/user/alice/default/lab'));
    expect(answer.status).toBe(404);
    expect(answer.text).toContain('The run time is over.');
    expect(answer.text).toContain('/hub/start?site&#x3D;cluster');
  });

  it('says that there is no server of a name, and how to start one', async () => {
    const answer = await (await room.enter()).get(gate('/user/alice/nothing/lab'));
    expect(answer.status).toBe(404);
    expect(answer.text).toContain('href="/hub/start?name&#x3D;nothing"');
  });

  it('says all of that in German to whoever reads German', async () => {
    await room.putServer({ state: 'ended', endReason: 'wall-time' });
    const alice = await room.enter();
    const read = async (next: string) => (await alice.get(gate(next), { 'accept-language': 'de' })).text;
    expect(await read('/user/alice/default/')).toContain('Der Server default läuft nicht');
    expect(await read('/user/alice/nothing/')).toContain('Einer mit diesem Namen lässt sich starten.');
    expect(await read('/user/bob/default/')).toContain('Dieser Server gehört jemand anderem');
    expect(await read('/hub/home')).toContain('Diesen Server gibt es nicht');
  });

  it.each([
    '//evil.example/',
    'https://evil.example/user/alice/default/',
    '/\\evil.example',
    '/hub/home',
    '/user/..//e',
  ])('leads nowhere with next=%s', async (next) => {
    await room.putServer();
    const answer = await (await room.enter()).get(gate(next));
    expect([answer.status, answer.headers.location]).toEqual([404, undefined]);
  });

  it('leads nowhere without next, or with two of them', async () => {
    const alice = await room.enter();
    expect((await alice.get('/hub/gate')).status).toBe(404);
    expect((await alice.get('/hub/gate?next=/user/alice/default/&next=//evil.example/')).status).toBe(404);
  });
});

describe('The cookie of the gate', () => {
  it('is sent over https alone where the hub is reached by it', async () => {
    await room.close();
    room = await startPageHub({ url: 'https://hub.example' });
    await room.putServer();
    const answer = await (await room.enter()).get(gate('/user/alice/default/'));
    expect(answer.headers['set-cookie']?.at(-1)).toMatch(/; HttpOnly; SameSite=Lax; Secure$/);
  });

  it('holds a token that the proxy believes, for this server, person and session', async () => {
    const { id } = await room.putServer();
    const alice = await room.enter();
    await alice.get(gate('/user/alice/default/'));
    const token = alice.cookies.get(`juhub-gate-${id}`) ?? '';
    const publicKey = readFileSync(makeStateDir(room.hub.services.config.stateDir).gatePublicKey, 'utf8');
    const now = Date.now() / 1000;
    expect(verifyGateToken(token, publicKey, now)).toMatchObject({ payload: { v: 1, user: 'alice', server: id } });
    expect(verifyGateToken(token, publicKey, now + 8 * 86_400)).toEqual({ fault: 'expired' });
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TestBrowser } from '../web/start-test-hub.js';
import { type PageHub, startPageHub } from './start-page-hub.js';

let room: PageHub;
let alice: TestBrowser;

beforeEach(async () => {
  room = await startPageHub();
  alice = await room.enter();
});

afterEach(() => room.close());

const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000);
const unused = () => ({
  idleSeconds: 3600,
  activeAt: inMinutes(-50),
  idleEndsAt: inMinutes(10),
  endsAt: inMinutes(300),
});

describe('The pages of a server that nobody uses', () => {
  it('warn of its end, since when it is unused, and how to keep it, without the help of the browser', async () => {
    const { activeAt, idleEndsAt } = await room.putServer(unused());
    for (const [path, from] of [
      ['/hub/home', 'home'],
      ['/hub/servers/default', ''],
    ]) {
      const { text } = await alice.get(path ?? '');
      expect(text).toContain('<title>Ends soon, unused: default · juhub</title>');
      expect(text).toMatch(new RegExp(`“default” has not been used since <time datetime="${activeAt?.toISOString()}"`));
      expect(text).toMatch(new RegExp(`it will be ended at <time datetime="${idleEndsAt?.toISOString()}"`));
      expect(text).toMatch(
        /<form method="post" action="\/hub\/servers\/default\/keep">\s*<input type="hidden" name="_xsrf"/,
      );
      expect(text).toContain(`<input type="hidden" name="from" value="${from}">`);
    }
  });

  it('say so in German', async () => {
    await room.putServer(unused());
    await alice.get('/hub/home');
    await alice.post('/hub/language', { language: 'de' });
    const { text } = await alice.get('/hub/home');
    for (const part of ['„default“ ist ungenutzt seit', 'Bleibt es dabei, wird er beendet um', 'Ich arbeite noch']) {
      expect(text).toContain(part);
    }
  });

  it('say after what time it is ended, and warn of nothing while it is used', async () => {
    await room.putServer({ idleSeconds: 3600, idleBusySeconds: 28_800, endsAt: inMinutes(300) });
    const { text } = await alice.get('/hub/servers/default');
    expect(text).toContain('after 1 h; while a kernel computes, after 8 h');
    expect(text).toMatch(/data-idle-ends=""[^>]* hidden>/);
    expect((await alice.get('/hub/home')).text).toContain(' data-watched');
  });

  it('say of one that was ended so why', async () => {
    const endValues = { minutes: 60, since: '2026-07-31 12:00 UTC' };
    await room.putServer({ state: 'ended', endReason: 'idle', endCode: 'idle', endValues });
    const { text } = await alice.get('/hub/servers/default');
    expect(text).toContain('nothing had happened for 60 minutes. Last activity: 2026-07-31 12:00 UTC.');
    expect(text).toContain('Not used');
  });
});

describe('The button “I am still working”', () => {
  it('counts as activity, takes the warning away, and leads back to where it was pressed', async () => {
    await room.putServer(unused());
    await alice.get('/hub/home');
    const before = Date.now();
    const answer = await alice.post('/hub/servers/default/keep', { from: 'home' });
    expect([answer.status, answer.headers.location]).toEqual([303, '/hub/home']);
    const row = await room.records.find('alice', 'default');
    expect(row).toMatchObject({ state: 'ready', idleEndsAt: null });
    expect(row?.activeAt?.getTime()).toBeGreaterThanOrEqual(before);
    expect((await alice.get('/hub/home')).text).toMatch(/data-idle-ends=""[^>]* hidden>/);
  });

  it('needs the token of the page, and is nobody else’s', async () => {
    const { activeAt } = await room.putServer(unused());
    await alice.get('/hub/home');
    expect((await alice.post('/hub/servers/default/keep', { _xsrf: 'x' })).status).toBe(403);
    const bob = await room.enter('bob');
    await bob.get('/hub/home');
    expect((await bob.post('/hub/servers/default/keep')).status).toBe(404);
    expect((await room.records.find('alice', 'default'))?.activeAt).toEqual(activeAt);
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ago, ahead } from './examples.js';
import { type PageHub, startPageHub } from './start-page-hub.js';

let room: PageHub;

beforeEach(async () => {
  room = await startPageHub();
});

afterEach(() => room.close());

describe('The home page', () => {
  it('sends somebody who has not signed in to do so, and back', async () => {
    const answer = await room.hub.ask('/hub/home');
    expect([answer.status, answer.headers.location]).toEqual([302, '/hub/sign-in?next=%2Fhub%2Fhome']);
  });

  it('invites somebody who has no server to start one', async () => {
    const { status, text } = await (await room.enter()).get('/hub/home');
    expect(status).toBe(200);
    expect(text).toContain('href="/hub/start"');
    expect(text).not.toContain('server-card');
  });

  it('shows a running server with where it runs, what was chosen, the time left, and how to open and stop it', async () => {
    await room.putServer({ endsAt: ahead(1_000_000_000) });
    const { text } = await (await room.enter()).get('/hub/home');
    for (const part of ['Running', 'gpu1', '42', 'zam', '30 min', 'Time left', 'data-countdown="']) {
      expect(text).toContain(part);
    }
    expect(text).toContain('href="/user/alice/default/"');
    expect(text).toMatch(
      /<form method="post" action="\/hub\/servers\/default\/stop">\s*<input type="hidden" name="_xsrf"/,
    );
  });

  it('shows no way to open a server that waits, and why it waits', async () => {
    await room.putServer({ state: 'queued', pendingReason: 'Resources', endsAt: null });
    const { text } = await (await room.enter()).get('/hub/home');
    expect(text).not.toContain('href="/user/alice/default/"');
    expect(text).toMatch(/waits until enough nodes/);
    expect(text).toContain('Cancel');
  });

  it('shows the last servers that ended with why, and a link to start them again', async () => {
    for (const number of [1, 2, 3, 4, 5, 6]) {
      const endMessage = `End ${number}.`;
      await room.putServer({ name: `run-${number}`, state: 'ended', endMessage, endedAt: ago(1000 - number) });
    }
    const { text } = await (await room.enter()).get('/hub/home');
    expect([...text.matchAll(/End (\d)\./g)].map(([, number]) => number)).toEqual(['6', '5', '4', '3']);
    expect(text).toContain(
      '/hub/start?site&#x3D;cluster&amp;template&#x3D;jupyterlab&amp;name&#x3D;run-6&amp;partition',
    );
  });

  it('shows the servers of nobody else', async () => {
    await room.putServer({ name: 'secret-work' });
    expect((await (await room.enter('bob')).get('/hub/home')).text).not.toContain('secret-work');
  });

  it('escapes whatever the cluster or a person wrote', async () => {
    const evil = '<img src=x onerror=alert(1)>';
    await room.putServer({ state: 'ended', endMessage: evil, choices: { partition: evil, note: evil } });
    await room.putServer({ name: 'two', node: evil, unreachableSince: ago(9), unreachableReason: evil });
    const { text } = await (await room.enter()).get('/hub/home');
    expect(text).not.toContain('<img');
    expect(text.match(/&lt;img/g)?.length).toBeGreaterThanOrEqual(4);
  });
});

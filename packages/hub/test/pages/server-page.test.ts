import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TestBrowser } from '../web/start-test-hub.js';
import { openEvents } from './open-events.js';
import { type PageHub, startPageHub } from './start-page-hub.js';

let room: PageHub;
let alice: TestBrowser;

beforeEach(async () => {
  room = await startPageHub();
  alice = await room.enter();
});

afterEach(() => room.close());

describe('The progress page', () => {
  it('shows the steps, the job, and why it waits in plain words beside the word of Slurm', async () => {
    await room.putServer({ state: 'queued', pendingReason: 'Priority', node: null, endsAt: null });
    const { status, text } = await alice.get('/hub/servers/default');
    expect(status).toBe(200);
    for (const part of ['In the queue', 'higher priority', '<code data-bind="pending.code">Priority</code>', '>42<']) {
      expect(text).toContain(part);
    }
    expect(text).toMatch(/step step-current" aria-current="step"/);
    expect(text).toContain('<noscript><meta http-equiv="refresh" content="5"></noscript>');
  });

  it('promises nothing of a job that can never start: no steps to come, no notification', async () => {
    await room.putServer({ state: 'queued', pendingReason: 'PartitionTimeLimit', node: null, endsAt: null });
    const never = (await alice.get('/hub/servers/default?open=1')).text;
    expect(never).toContain('This job will never start.');
    expect(never).not.toMatch(/data-coming|step-todo|"(opens|isOnItsWay)">/);
    await room.putServer({ name: 'other', state: 'queued', pendingReason: 'Priority', node: null, endsAt: null });
    const waiting = (await alice.get('/hub/servers/other?open=1')).text;
    for (const promise of [/data-coming/, /step-todo/, /"opens">It opens here/, /"isOnItsWay">You can close/]) {
      expect(waiting).toMatch(promise);
    }
  });

  it('names the template and the version that made it, and leads administrators to its text', async () => {
    await room.putServer({ templateVersion: '0a1b2c3d4e5f' });
    const { text } = await alice.get('/hub/servers/default');
    expect(text).toContain('<dd>JupyterLab, version 0a1b2c3d4e5f</dd>');
    const ada = await room.enter('ada');
    await room.putServer({ userName: 'ada', template: 'gone', templateVersion: '0a1b2c3d4e5f' });
    const path = '/hub/admin/templates/gone/versions/0a1b2c3d4e5f';
    expect((await ada.get('/hub/servers/default')).text).toContain(`gone, <a href="${path}">version 0a1b2c3d4e5f</a>`);
  });

  it('goes on to the notebook for somebody who comes from the form, and for nobody else', async () => {
    await room.putServer();
    const waiting = await alice.get('/hub/servers/default?open=1');
    expect([waiting.status, waiting.headers.location]).toEqual([302, '/user/alice/default/']);
    const looking = await alice.get('/hub/servers/default');
    expect(looking.status).toBe(200);
    expect(looking.text).not.toContain('data-opens-when-ready');
  });

  it('shows of a server that ended why, its exit code, the end of its log and its script, all escaped', async () => {
    await room.putServer({
      state: 'ended',
      endReason: 'failed',
      endMessage: 'The job ended with exit code 3.',
      exitCode: '3:0',
      logTail: 'Traceback </pre><script>alert(1)</script>',
    });
    const { text } = await alice.get('/hub/servers/default');
    for (const part of ['The job ended with exit code 3.', '>Its job ended with exit code 3.<', 'Start again']) {
      expect(text).toContain(part);
    }
    expect(text).toContain('Traceback &lt;/pre&gt;&lt;script&gt;alert(1)&lt;/script&gt;</pre>');
    expect(text).toContain('echo &quot;&lt;hello&gt;&quot;');
    expect(text).not.toContain('http-equiv="refresh"');
  });

  it('never shows the secret of a server', async () => {
    await room.putServer({ secret: 'beef'.repeat(16) });
    expect((await alice.get('/hub/servers/default')).text).not.toContain('beefbeef');
  });

  it('is not there for others, whether they ask for page, events or stop', async () => {
    await room.putServer();
    const bob = await room.enter('bob');
    const page = await bob.get('/hub/servers/default');
    const none = await bob.get('/hub/servers/no-such');
    expect([page.status, none.status]).toEqual([404, 404]);
    expect(page.text.replaceAll('default', 'no-such').replaceAll(/value="[^"]+"/g, '')).toBe(
      none.text.replaceAll(/value="[^"]+"/g, ''),
    );
    expect((await bob.get('/hub/servers/default/events')).status).toBe(404);
    expect((await bob.post('/hub/servers/default/stop')).status).toBe(404);
    expect((await room.records.find('alice', 'default'))?.state).toBe('ready');
  });
});

describe('Stopping', () => {
  it('asks the server to stop and shows its progress, or the home page to somebody who came from there', async () => {
    await room.putServer();
    await room.putServer({ name: 'two' });
    await alice.get('/hub/servers/default');
    const answer = await alice.post('/hub/servers/default/stop');
    expect([answer.status, answer.headers.location]).toEqual([303, '/hub/servers/default']);
    expect((await room.records.find('alice', 'default'))?.stopRequestedAt).toBeInstanceOf(Date);
    const fromHome = await alice.post('/hub/servers/two/stop', { from: 'home' });
    expect(fromHome.headers.location).toBe('/hub/home');
  });

  it('needs the token of the page, and is no link', async () => {
    await room.putServer();
    expect((await alice.post('/hub/servers/default/stop', { _xsrf: 'x' })).status).toBe(403);
    expect((await alice.get('/hub/servers/default/stop')).status).toBe(405);
    expect((await room.records.find('alice', 'default'))?.state).toBe('ready');
  });
});

describe('The live events', () => {
  it('bring the server as it is, each change, and the end, and then stop', async () => {
    const { id } = await room.putServer({ state: 'queued', pendingReason: 'Priority', endsAt: null, node: null });
    const events = await openEvents(room, '/hub/servers/default/events', alice);
    expect(events.response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
    });
    expect(await events.next()).toMatchObject({ state: { state: 'queued' }, pending: { code: 'Priority' } });

    await room.records.move(id, {
      to: 'starting',
      cause: 'job-runs',
      message: 'The job runs.',
      patch: { node: 'gpu1' },
    });
    const starting = await events.next();
    expect(starting).toMatchObject({ state: { state: 'starting' }, node: 'gpu1' });
    expect(starting?.timeline.find((step) => step.isCurrent)?.message).toBe('The job runs.');

    const patch = { endReason: 'stopped', endMessage: 'You stopped it.', endedAt: new Date(), logTail: 'bye' };
    await room.records.move(id, { to: 'ended', cause: 'job-over', message: 'You stopped it.', patch });
    expect(await events.next()).toMatchObject({ isEnded: true, sentence: 'You stopped it.', logTail: 'bye' });
    expect(await events.next()).toBeUndefined();
  });

  it('hold nothing of the job script or the secret', async () => {
    await room.putServer({ secret: 'beef'.repeat(16) });
    const events = await openEvents(room, '/hub/servers/default/events', alice);
    const snapshot = JSON.stringify(await events.next());
    expect(snapshot).not.toMatch(/beefbeef|#!\/bin\/bash/);
    events.close();
  });

  it('are not for somebody who has signed out', async () => {
    await room.putServer();
    const answer = await room.hub.ask('/hub/servers/default/events', { headers: { accept: 'text/event-stream' } });
    expect(answer.status).toBe(401);
  });

  it('are let go of when the browser goes', async () => {
    const { id } = await room.putServer();
    const stops: (() => void)[] = [];
    const listen = room.records.onChange.bind(room.records);
    const gone = new Promise<void>((resolve) => {
      room.records.onChange = (...given) => {
        stops.push(listen(...given));
        return () => {
          stops[0]?.();
          resolve();
        };
      };
    });
    const events = await openEvents(room, '/hub/servers/default/events', alice);
    expect(await events.next()).toMatchObject({ id });
    events.close();
    await gone;
  });

  it('are let go of when only their head was asked for', async () => {
    await room.putServer();
    const cookie = [...alice.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    for (let asked = 0; asked < 45; asked += 1) {
      const head = await room.hub.ask('/hub/servers/default/events', { method: 'HEAD', headers: { cookie } });
      expect(head.status).toBe(200);
    }
    const events = await openEvents(room, '/hub/servers/default/events', alice);
    expect(events.response.statusCode).toBe(200);
    events.close();
  });

  it('are refused to one person who opens very many', async () => {
    await room.putServer();
    const open = await Promise.all(
      Array.from({ length: 40 }, () => openEvents(room, '/hub/servers/default/events', alice)),
    );
    const refused = await openEvents(room, '/hub/servers/default/events', alice);
    expect([open.at(-1)?.response.statusCode, refused.response.statusCode]).toEqual([200, 429]);
    for (const events of [...open, refused]) {
      events.close();
    }
  });
});

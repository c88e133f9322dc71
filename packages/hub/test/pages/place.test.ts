import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TestBrowser } from '../web/start-test-hub.js';
import { type PageHub, startPageHub } from './start-page-hub.js';

describe('The place of a job in the queue', () => {
  let room: PageHub;
  let alice: TestBrowser;
  const waiting = { state: 'queued', pendingReason: 'Priority', endsAt: null, node: null } as const;
  const words = 'Number 3 of the 17 jobs that wait for gpus, by priority.';

  beforeEach(async () => {
    room = await startPageHub();
    room.cluster.positions.set('42', { partition: 'gpus', position: 3, of: 17 });
    alice = await room.enter();
  });

  afterEach(() => room.close());

  it('is on its page and on the home page, in words', async () => {
    await room.putServer(waiting);
    for (const path of ['/hub/servers/default', '/hub/home']) {
      expect((await alice.get(path)).text).toContain(words);
    }
    const german = await alice.get('/hub/home', { 'accept-language': 'de' });
    expect(german.text).toContain('Nummer 3 der 17 Jobs, die auf gpus warten, nach Priorität.');
  });

  it('is asked for once, however many jobs wait and pages are open', async () => {
    for (const name of ['a', 'b', 'c', 'd']) {
      await room.putServer({ ...waiting, name });
    }
    await Promise.all(Array.from({ length: 50 }, () => alice.get('/hub/home')));
    expect(room.cluster.asked.get('positions')).toBe(1);
  });

  it('is not said of a job that does not stand in line, and asked for by nobody who has none', async () => {
    await room.putServer({ ...waiting, jobId: '43', pendingReason: 'PartitionTimeLimit' });
    expect((await alice.get('/hub/servers/default')).text).toMatch(/<p data-if="place" hidden/);
    const other = await room.enter('bob');
    const before = room.cluster.asked.get('positions');
    await other.get('/hub/home');
    expect(room.cluster.asked.get('positions')).toBe(before);
  });

  it('keeps no page waiting when the site is away', async () => {
    room.cluster.goAway();
    await room.putServer(waiting);
    expect((await alice.get('/hub/home')).status).toBe(200);
  });
});

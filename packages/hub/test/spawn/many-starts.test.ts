import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NewServer } from '../../src/db/server-row.js';
import { type AskApi, createAskApi, issueToken } from '../api/api-client.js';
import { makeServerRow } from '../pages/examples.js';
import { FakeQueue } from '../pages/fake-queue.js';
import { openEvents } from '../pages/open-events.js';
import { type PageHub, startPageHub } from '../pages/start-page-hub.js';

const USERS = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank'];
const LIMITS = { startsAtOnce: 4, startsAtOnceForUser: 2, serversPerUser: 200 };
const CHOICES = { partition: 'gpus', account: 'zam', nodes: 1, gpus: 1, minutes: 30 };

let room: PageHub;
let cluster: FakeQueue;
let ask: AskApi;

beforeEach(() => open(1));

afterEach(close);

async function open(sites: 1 | 2): Promise<void> {
  cluster = new FakeQueue();
  cluster.projects = new Map(USERS.map((user) => [`${user}1`, ['zam']]));
  room = await startPageHub({ cluster, limits: LIMITS, sites });
  ask = createAskApi(room);
}

async function close(): Promise<void> {
  const closed = room.close();
  while (cluster.open.length > 0) cluster.takeNext();
  await closed;
}

/** Asks for servers of one user, all at the same moment. */
async function startMany(user: string, count: number, site = 'cluster'): Promise<void> {
  const { token } = await issueToken(room, { userName: user });
  const answers = await Promise.all(
    Array.from({ length: count }, (_, index) =>
      ask('POST', `/users/${user}/servers/s${index}`, {
        token,
        json: { site, template: 'jupyterlab', choices: CHOICES },
      }),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: count }, () => 202));
}

async function addUsers(): Promise<void> {
  const { config, database } = room.hub.services;
  const passwordHash = config.users[0]?.passwordHash ?? null;
  for (const name of USERS.slice(2)) {
    const kept = { passwordHash, admin: false, createdAt: new Date(), lastSignInAt: null };
    await database.users.insert({ ...kept, name });
  }
}

describe('Two hundred starts of six users, in front of a fake cluster that holds its answers back', () => {
  it('are handed over a few at a time, with the users in turn, while pages answer and say the place', async () => {
    await addUsers();
    await startMany('alice', 120);
    await Promise.all(USERS.slice(1).map((user) => startMany(user, 16)));
    await cluster.untilCame(4);
    expect(cluster.submissions.slice(0, 2).map(({ account }) => account)).toEqual(['alice1', 'alice1']);
    expect(room.turns.count()).toEqual([{ site: 'cluster', waiting: 196, inUse: 4 }]);

    const alice = await room.enter();
    const pages = await Promise.all(['/hub/home', '/hub/start', '/hub/servers/s119'].map((path) => alice.get(path)));
    expect(pages.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(pages[2]?.text).toContain('Waiting for its turn at the hub: place 196.');

    // Until nobody but alice waits.
    for (let came = 5; came <= 100; came += 1) {
      cluster.takeNext();
      await cluster.untilCame(came);
    }
    expect(cluster.mostAtOnce).toBe(LIMITS.startsAtOnce);
    const order = cluster.submissions.map(({ account }) => account);
    // Alice's many delay nobody: while the others have some left, each six turns in a row are of six users.
    for (let at = 4; at < 4 + 13 * USERS.length; at += 1) {
      expect(new Set(order.slice(at, at + USERS.length)).size).toBe(USERS.length);
    }
    expect(order.filter((account) => account !== 'alice1')).toHaveLength(80);
    expect(new Set(cluster.submissions.map(({ serverId }) => serverId)).size).toBe(100);
  }, 120_000);
});

describe('A server that waits for its turn', () => {
  /** Four starts that are not answered, and one of alice's that waits. */
  const fill = async () => {
    await addUsers();
    await startMany('bob', 2);
    await startMany('carol', 2);
    await cluster.untilCame(4);
    await startMany('alice', 3);
    return room.enter();
  };

  it('says its place on its page and on the home page, in both languages, and in the API', async () => {
    const alice = await fill();
    for (const path of ['/hub/servers/s1', '/hub/home']) {
      expect((await alice.get(path)).text).toContain('Waiting for its turn at the hub: place 2.');
      const german = await alice.get(path, { 'accept-language': 'de' });
      expect(german.text).toContain('Wartet beim Hub, bis er an der Reihe ist: Platz 2.');
    }
    const { token } = await issueToken(room);
    const { body } = await ask('GET', '/users/alice/servers/s1', { token });
    expect(body).toMatchObject({ state: 'requested', placeInLine: 2 });
    cluster.takeNext();
    await cluster.untilCame(5);
    expect((await ask('GET', '/users/alice/servers/s0', { token })).body.placeInLine).toBeNull();
    expect((await ask('GET', '/users/alice/servers/s1', { token })).body.placeInLine).toBe(1);
  });

  it('has its place move on its page by itself, until its turn comes', async () => {
    const alice = await fill();
    const events = await openEvents(room, '/hub/servers/s1/events', alice);
    const places = [(await events.next())?.place];
    for (const came of [5, 6]) {
      cluster.takeNext();
      await cluster.untilCame(came);
      places.push((await events.next())?.place);
    }
    events.close();
    const say = (place: number) => `Waiting for its turn at the hub: place ${place}.`;
    expect(places).toEqual([say(2), say(1), undefined]);
  });

  it('leaves the line at once when it is stopped, and is never handed over', async () => {
    const alice = await fill();
    const row = await room.records.find('alice', 's0');
    const ended = new Promise<void>((resolve) => {
      room.records.onMove(({ id, state }) => id === row?.id && state === 'ended' && resolve());
    });
    await alice.get('/hub/servers/s0');
    expect((await alice.post('/hub/servers/s0/stop')).status).toBe(303);
    await ended;
    expect(room.turns.count()).toEqual([{ site: 'cluster', waiting: 2, inUse: 4 }]);
    for (const came of [5, 6]) {
      cluster.takeNext();
      await cluster.untilCame(came);
    }
    expect(cluster.submissions.map(({ serverId }) => serverId)).not.toContain(row?.id);
    expect((await room.records.get(row?.id ?? ''))?.endReason).toBe('stopped');
  });
});

describe('A site that does not answer', () => {
  it('does not keep starts on another one waiting, however many wait for it', async () => {
    await close();
    await open(2);
    await addUsers();
    for (const user of ['bob', 'carol', 'dave']) await startMany(user, 4);
    await cluster.untilCame(3);
    const attempted = new Promise<string>((resolve) => {
      const { log } = room.hub.services;
      log.warn = (fields, message) => 'why' in fields && resolve(`${message}: ${String(fields.why)}`);
    });
    await startMany('alice', 1, 'other');
    // It was its turn at once. There is nobody behind the other site either, but that one says so.
    expect(await attempted).toMatch(/^a step of a server failed; trying again: No command runs/);
    expect(room.turns.count()[0]).toEqual({ site: 'cluster', waiting: 9, inUse: 3 });
  });
});

describe('A hub that is started while servers wait for their turn', () => {
  it('hands them over in the order in which they were asked for, and looks for the jobs of those it had begun', async () => {
    const rows: NewServer[] = Array.from({ length: 6 }, (_, index) => ({
      ...makeServerRow(),
      id: `${index}`.repeat(16),
      name: `s${index}`,
      createdAt: new Date(Date.UTC(2026, 6, 31, 12, index)),
    }));
    // Saved in another order than they were asked for.
    for (const row of [...rows].reverse()) {
      await room.records.insert(row);
      await room.records.update(row.id, { jobId: null, submitAttemptedAt: null });
    }
    // The hub died between sbatch and the save.
    await room.records.update('1'.repeat(16), { submitAttemptedAt: new Date() });
    const jobId = cluster.addJob('alice1', `juhub-${'1'.repeat(16)}`);
    await room.servers.open();
    for (const came of [2, 3, 4, 5]) {
      await cluster.untilCame(came);
      cluster.takeNext();
    }
    expect(cluster.submissions.map(({ serverId }) => serverId[0])).toEqual(['0', '2', '3', '4', '5']);
    expect(await room.records.get('1'.repeat(16))).toMatchObject({ jobId });
    expect(cluster.mostAtOnce).toBeLessThanOrEqual(LIMITS.startsAtOnceForUser);
  });
});

import { chmod, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ServerBody } from '../../packages/hub/src/api/shapes/server-shape.js';
import { type Cluster, canMakeCluster, downCluster, runOn, upCluster } from '../cluster/cluster.js';
import { type RunningJuhub, startJuhub } from '../harness/start-juhub.js';
import { WebClient } from '../harness/web-client.js';
import { makeToken } from '../smoke/juhub-smoke.js';

const CLUSTER = 'juhub-many';
const PROJECTS: Readonly<Record<string, string>> = { alice: 'climate', bob: 'climate', carol: 'brain' };
const USERS = Object.keys(PROJECTS);
const SERVERS_EACH = 8;
const ALL = USERS.length * SERVERS_EACH;
/** Where the login node notes when an sbatch begins and ends. */
const NOTES = 'var/log/sbatch-times';
const LIMITS = 'limits: { startsAtOnce: 2, startsAtOnceForUser: 1, serversPerUser: 8 }';

/** What reaches a real login node when everybody presses Start at once. */
describe.skipIf(!canMakeCluster().ok)('Many starts at the same time on a real cluster', () => {
  let cluster: Cluster;
  let juhub: RunningJuhub;
  const tokens = new Map<string, string>();

  beforeAll(async () => {
    cluster = await upCluster({ name: CLUSTER });
    // All GPUs are taken: jobs that ask for one wait in the queue, and no notebook has to start.
    const words = [
      'sbatch',
      '--output=/dev/null',
      '--partition=gpus',
      '--gres=gpu:4',
      '--time=60',
      '--wrap=sleep 3600',
    ];
    await runOn(cluster, 'login', words, { user: 'bob' });
    await noteSubmissions(cluster);
    juhub = await startJuhub(cluster, { users: USERS, moreLines: [LIMITS] });
    for (const user of USERS) {
      tokens.set(user, makeToken(juhub, user));
    }
  });

  afterAll(async () => {
    await juhub?.stop();
    await downCluster(CLUSTER);
  });

  async function call(method: string, user: string, server: string, body?: object): Promise<Response> {
    return fetch(`${juhub.url}/hub/api/users/${user}/servers/${server}`, {
      method,
      headers: { authorization: `Bearer ${tokens.get(user)}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  const start = (user: string, server: string) => {
    const choices = { partition: 'gpus', account: PROJECTS[user], gpus: 1, minutes: 30 };
    return call('POST', user, server, { site: 'cluster', template: 'jupyterlab', choices });
  };

  const look = async (user: string, server: string) => (await (await call('GET', user, server)).json()) as ServerBody;

  test('A site is handed two at a time, users take turns, the page says the place, and each server has one job', async () => {
    const wanted = USERS.flatMap((user) =>
      Array.from({ length: SERVERS_EACH }, (_, index) => [user, `s${index}`] as const),
    );
    const answers = await Promise.all(wanted.map(([user, name]) => start(user, name)));
    expect(answers.map(({ status }) => status)).toEqual(wanted.map(() => 202));
    const tooMany = await start('alice', 'one-more');
    expect([tooMany.status, await tooMany.text()]).toEqual([422, expect.stringContaining('too-many-servers')]);

    const alice = new WebClient(juhub.url);
    await alice.signIn('alice', juhub.passwords.alice ?? '');
    expect(await (await alice.open('/hub/home')).text()).toMatch(/Waiting for its turn at the hub: place \d+\./);
    expect((await call('DELETE', 'carol', 's7')).status).toBe(202);

    const isOver = async () => {
      const servers = await Promise.all(wanted.map(([user, name]) => look(user, name)));
      return servers.filter(({ state }) => state === 'queued' || state === 'ended').length;
    };
    await expect.poll(isOver, { timeout: 100_000, interval: 1_000 }).toBe(ALL);
    const names = (await runOn(cluster, 'login', ['squeue', '--noheader', '--format=%j'])).split('\n');
    const jobs = names.filter((name) => name.startsWith('juhub-'));
    expect([jobs.length, new Set(jobs).size]).toEqual([ALL - 1, ALL - 1]);

    const { order, mostAtOnce } = readNotes(await readFile(path.join(cluster.root, NOTES), 'utf8'));
    expect(mostAtOnce).toBe(2);
    expect(order).toHaveLength(ALL - 1);
    // From when all three were there they take turns; two are under way at a time, so neighbours may change places.
    const first = Math.max(...USERS.map((user) => order.indexOf(user)));
    for (let at = first + 1; at <= first + 4 * USERS.length; at += 1) {
      const counts = USERS.map((user) => order.slice(first, at).filter((one) => one === user).length);
      expect(Math.max(...counts) - Math.min(...counts), order.join(' ')).toBeLessThanOrEqual(2);
    }
  });
});

/** Has the login node's sbatch note when it begins and ends, and take half a second longer. */
async function noteSubmissions({ root }: Cluster): Promise<void> {
  await writeFile(path.join(root, NOTES), '');
  // Everybody writes to it.
  await chmod(path.join(root, NOTES), 0o666);
  const lines = [
    '#!/bin/sh',
    `echo "begin $(id -un)" >>/${NOTES}`,
    'sleep 0.5',
    '/usr/bin/sbatch "$@"',
    'code=$?',
    `echo "end $(id -un)" >>/${NOTES}`,
    'exit $code',
    '',
  ];
  await writeFile(path.join(root, 'usr/local/bin/sbatch'), lines.join('\n'));
  await chmod(path.join(root, 'usr/local/bin/sbatch'), 0o755);
}

/** The users in the order in which their submissions began, and how many were under way at the same time. */
function readNotes(text: string): { order: string[]; mostAtOnce: number } {
  const notes = text.split('\n').flatMap((line) => {
    const [what, user] = line.split(' ');
    return user === undefined || !USERS.includes(user) ? [] : [{ what, user }];
  });
  let underWay = 0;
  let mostAtOnce = 0;
  for (const { what } of notes) {
    underWay += what === 'begin' ? 1 : -1;
    mostAtOnce = Math.max(mostAtOnce, underWay);
  }
  return { order: notes.filter(({ what }) => what === 'begin').map(({ user }) => user), mostAtOnce };
}

import { ConnectorError } from '@juhub/connector';
import { SlurmError } from '@juhub/slurm';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ServerRow } from '../../src/db/server-row.js';
import { JobRefused } from '../../src/spawn/scheduler/scheduler.js';
import { ServerFollower } from '../../src/spawn/server-follower.js';
import { makeRooms, newServer } from './fake-rooms.js';

let world: Awaited<ReturnType<typeof makeRooms>>;
let followers: { follower: ServerFollower; done: Promise<void> }[];

beforeEach(async () => {
  world = await makeRooms();
  followers = [];
});

afterEach(async () => {
  for (const { follower, done } of followers) {
    follower.close();
    await done;
  }
  await world.close();
});

/** Follows the one server, as a hub does when it starts. */
function follow(): ServerFollower {
  const follower = new ServerFollower(newServer.id, world.rooms);
  followers.push({ follower, done: follower.run() });
  return follower;
}

/** A server that is ready, and whose hub has gone. */
async function leaveReady(): Promise<void> {
  await world.records.insert(newServer);
  announce();
  const first = follow();
  await untilRow(({ state }) => state === 'ready');
  first.close();
  await followers[0]?.done;
}

/** Resolves with the row as soon as it is as wanted; the test's own time limit ends a wait in vain. */
async function untilRow(isWanted: (row: ServerRow) => boolean): Promise<ServerRow> {
  for (;;) {
    const changed = new Promise<void>((resolve) => {
      const forget = world.records.onChange(newServer.id, () => {
        forget();
        resolve();
      });
    });
    const row = await world.records.get(newServer.id);
    if (row !== undefined && isWanted(row)) {
      return row;
    }
    await changed;
  }
}

/** What is saved when the user asks for a stop. */
function saveStop() {
  const patch = { stopRequestedAt: new Date() };
  return world.records.move(newServer.id, { to: 'stopping', cause: 'stop-asked', message: 'stop', patch });
}

const announce = (host = 'gpu1') => {
  world.cluster.endpoint = JSON.stringify({ host, port: 41234 });
};

test('A server goes from its request to ready, and its route is gated for its owner alone', async () => {
  await world.records.insert(newServer);
  announce();
  follow();
  const row = await untilRow(({ state }) => state === 'ready');
  expect(row).toMatchObject({ endpointHost: 'gpu1', endpointPort: 41234, node: 'gpu1' });
  expect(world.ends.routes.get('/user/alice/default/')).toMatchObject({
    juhub: { gate: { server: newServer.id, user: 'alice' } },
  });
  expect((await world.records.events(newServer.id)).map(({ state, cause }) => [state, cause])).toEqual([
    ['requested', 'asked'],
    ['submitted', 'accepted'],
    ['starting', 'job-runs'],
    ['ready', 'answered'],
  ]);
});

test('A hub that dies between sbatch and the save finds the job again and does not submit another', async () => {
  await world.records.insert(newServer);
  const died = new Promise<void>((resolve) => {
    world.scheduler.afterSubmit = () => {
      world.scheduler.afterSubmit = () => {};
      resolve();
      throw new Error('the hub dies here');
    };
  });
  const first = follow();
  await died;
  first.close();
  announce();
  follow();
  const row = await untilRow(({ state }) => state === 'ready');
  expect(row.jobId).toBe('101');
  expect(world.scheduler.submissions).toBe(1);
  expect(world.doubts.count).toBe(0);
});

test('A job that is submitted once more because none of the first attempt was found has the queue looked at for both', async () => {
  await world.records.insert(newServer);
  await world.records.update(newServer.id, { submitAttemptedAt: new Date() });
  announce();
  follow();
  await untilRow(({ state }) => state === 'ready');
  expect(world.doubts.count).toBe(1);
});

test('A scheduler that cannot be asked ends nothing: the server stays, marked, and the mark goes when it answers', async () => {
  await world.records.insert(newServer);
  announce();
  follow();
  await untilRow(({ state }) => state === 'ready');
  world.scheduler.unreachable = new SlurmError('unreachable', 'Unable to contact slurm controller');
  const marked = await untilRow(({ unreachableSince }) => unreachableSince !== null);
  expect(marked).toMatchObject({
    state: 'ready',
    unreachableReason: 'Unable to contact slurm controller',
    unreachableHop: 'scheduler',
  });
  world.scheduler.unreachable = undefined;
  const healed = await untilRow(({ unreachableSince }) => unreachableSince === null);
  expect(healed.state).toBe('ready');
});

test('A start that failed gives its turn back while it pauses, and tries again when its turn comes once more', async () => {
  await world.records.insert(newServer);
  world.scheduler.unreachable = new SlurmError('unreachable', 'Unable to contact slurm controller');
  follow();
  let isNext = () => {};
  const next = new Promise<void>((resolve) => {
    isNext = resolve;
  });
  const other = world.turns.enter({ user: 'bob', site: 'cluster' }, { onTurn: isNext });
  if (!other.hasCome) await next;
  expect(world.turns.count()).toEqual([expect.objectContaining({ inUse: 1 })]);
  world.scheduler.unreachable = undefined;
  announce();
  other.leave();
  const row = await untilRow(({ state }) => state === 'ready');
  expect(row.jobId).toBe('101');
  expect([world.turns.users, world.scheduler.submissions]).toEqual([0, 1]);
});

test('A start that the site refuses gives its turn back', async () => {
  await world.records.insert(newServer);
  world.scheduler.submit = async () => {
    throw new JobRefused('sbatch: error: Invalid account');
  };
  follow();
  const row = await untilRow(({ state }) => state === 'ended');
  expect(row.endReason).toBe('refused');
  await followers[0]?.done;
  expect(world.turns.users).toBe(0);
});

test('A follower that is closed leaves the line, and submits nothing though its turn would come', async () => {
  const other = world.turns.enter({ user: 'bob', site: 'cluster' }, { onTurn: () => {} });
  await world.records.insert(newServer);
  const row = await world.records.get(newServer.id);
  const follower = follow();
  follower.standInLine(row as ServerRow);
  expect(follower.place).toBe(1);
  follower.close();
  await followers[0]?.done;
  other.leave();
  expect([world.turns.users, world.scheduler.submissions]).toEqual([0, 0]);
  expect((await world.records.get(newServer.id))?.state).toBe('requested');
});

test('A job that is definitely over ends its server with the reason, and leaves no route, tunnel or secret', async () => {
  await world.records.insert(newServer);
  announce();
  follow();
  await untilRow(({ state }) => state === 'ready');
  world.scheduler.say('101', { phase: 'over', state: 'OUT_OF_MEMORY', exitCode: '0:125' });
  const row = await untilRow(({ state }) => state === 'ended');
  expect(row).toMatchObject({ endReason: 'out-of-memory', exitCode: '0:125', secret: null });
  expect(world.ends.routes.size + world.ends.tunnels.size).toBe(0);
});

test('A job of which the scheduler has no record ends its server only after it has said so several times', async () => {
  await world.records.insert(newServer);
  announce();
  follow();
  await untilRow(({ state }) => state === 'ready');
  world.scheduler.jobs.clear();
  const row = await untilRow(({ state }) => state === 'ended');
  expect(row.endReason).toBe('vanished');
});

test('A stop cancels the job, and the server ends as stopped when the job is over', async () => {
  await world.records.insert(newServer);
  announce();
  const follower = follow();
  await untilRow(({ state }) => state === 'ready');
  await saveStop();
  follower.nudge();
  const row = await untilRow(({ state }) => state === 'ended');
  expect(row.endReason).toBe('stopped');
  expect(world.scheduler.cancellations).toBe(1);
});

test('A server that is stopped while its job is being submitted is cancelled all the same', async () => {
  await world.records.insert(newServer);
  world.scheduler.afterSubmit = () => void saveStop();
  follow();
  const row = await untilRow(({ state }) => state === 'ended');
  expect(row.jobId).toBe('101');
  expect(world.scheduler.cancellations).toBe(1);
});

test('A job that announces a host that is not its own is cancelled, and nothing is connected', async () => {
  await world.records.insert(newServer);
  announce('database-of-somebody');
  follow();
  const row = await untilRow(({ state }) => state === 'ended');
  expect(row.endMessage).toContain('not one of its own nodes');
  expect(world.ends.routes.size).toBe(0);
});

test('A session that ends while the way is being opened is told to the gate all the same', async () => {
  await world.records.insert(newServer);
  announce();
  const { proxy } = world.ends;
  const add = proxy.addRoute.bind(proxy);
  const second = new Promise<void>((resolve) => {
    proxy.addRoute = async (...first) => {
      proxy.addRoute = async (...again) => {
        await add(...again);
        resolve();
      };
      // Once the body of the first route is made, which knows nothing of it.
      world.ended.push({ id: 'late', userName: 'alice' });
      await world.rooms.revoked.refresh();
      follower.renewGate();
      await add(...first);
    };
  });
  const follower = follow();
  await second;
  expect(world.ends.routes.get('/user/alice/default/')).toMatchObject({
    juhub: { gate: { revokedSessions: ['late'] } },
  });
});

test('A hub that is started anew ends nothing when the scheduler does not know the job for a moment', async () => {
  await leaveReady();
  const known = [...world.scheduler.jobs];
  world.scheduler.jobs.clear();
  world.ends.routes.clear();
  const asked = new Promise<void>((resolve) => {
    const ask = world.scheduler.outcome.bind(world.scheduler);
    world.scheduler.outcome = async (job) => {
      const answer = await ask(job);
      world.scheduler.outcome = ask;
      for (const [id, job] of known) {
        world.scheduler.jobs.set(id, job);
      }
      resolve();
      return answer;
    };
  });
  const opened = world.ends.untilRoute();
  follow();
  await asked;
  await opened;
  expect((await world.records.get(newServer.id))?.state).toBe('ready');
});

test('Why nothing moves can be read while an act is tried again, and is gone when it went well', async () => {
  await world.records.insert(newServer);
  world.scheduler.unreachable = new ConnectorError('unreachable', 'login1 does not answer');
  announce();
  follow();
  const stuck = await untilRow(({ unreachableReason }) => unreachableReason !== null);
  expect(stuck).toMatchObject({
    state: 'requested',
    unreachableReason: 'login1 does not answer',
    unreachableHop: 'site',
  });
  world.scheduler.unreachable = undefined;
  const row = await untilRow(({ state, unreachableReason }) => state === 'ready' && unreachableReason === null);
  expect(row.jobId).toBe('101');
});

test('When another thing stands in the way than before, that is what is said, since the same time', async () => {
  await world.records.insert(newServer);
  announce();
  follow();
  await untilRow(({ state }) => state === 'ready');
  const away = (seconds: number) =>
    new ConnectorError('unreachable', `login1 refuses connections. The next try is in ${seconds} s.`);
  world.scheduler.unreachable = away(1);
  const before = await untilRow(({ unreachableReason }) => unreachableReason !== null);

  // Numbers are no news: they would have every round saved.
  world.scheduler.unreachable = away(9);
  const { rounds } = world.rooms.poller;
  await vi.waitUntil(() => world.rooms.poller.rounds > rounds + 2);
  expect((await world.records.get(newServer.id))?.unreachableReason).toBe(before.unreachableReason);

  world.scheduler.unreachable = new ConnectorError('host-key', 'The host key of login1 is another one.');
  const after = await untilRow(({ unreachableReason }) => unreachableReason !== before.unreachableReason);
  expect(after.unreachableReason).toBe('The host key of login1 is another one.');
  expect(after.unreachableSince).toEqual(before.unreachableSince);
});

test('A server whose port nothing gets through to is said to run, with the connector’s reason, until it is reached', async () => {
  await world.records.insert(newServer);
  world.ends.portTrouble = 'gpu1:41234 refused the connection';
  announce();
  follow();
  const stuck = await untilRow(({ unreachableHop }) => unreachableHop === 'server');
  expect(stuck.state).toBe('starting');
  expect(stuck.unreachableReason).toMatch(/runs on gpu1.*its port \d+: gpu1:41234 refused the connection/);
  world.ends.portTrouble = undefined;
  await untilRow(({ state, unreachableHop }) => state === 'ready' && unreachableHop === null);
});

test('A hub that is started anew opens the ways of ready servers again', async () => {
  await leaveReady();
  world.ends.routes.clear();
  world.ends.tunnels.clear();
  const opened = world.ends.untilRoute();
  follow();
  await opened;
  expect([...world.ends.routes.keys()]).toEqual(['/user/alice/default/']);
});

test('A session that is ended is told to the gate once, and nobody asks the server, which may have fallen silent', async () => {
  await world.records.insert(newServer);
  announce();
  const follower = follow();
  await untilRow(({ state }) => state === 'ready');
  let questions = 0;
  world.program.answer = (_request, response) => {
    questions += 1;
    response.end();
  };
  world.ended.push({ id: 'stolen', userName: 'alice' });
  await world.rooms.revoked.refresh();
  const setBefore = world.ends.routesSet;
  const told = world.ends.untilRoute();
  follower.renewGate();
  await told;
  expect(world.ends.routes.get('/user/alice/default/')).toMatchObject({
    juhub: { gate: { revokedSessions: ['stolen'] } },
  });
  // Whatever else was due then was done before the follower looks at the next thing, which is the stop.
  await saveStop();
  follower.nudge();
  await untilRow(({ state }) => state === 'ended');
  expect([world.ends.routesSet - setBefore, questions]).toEqual([1, 0]);
});

test('Sessions that were ended stand in the route of their user, and of nobody else', async () => {
  world.ended.push({ id: 'gone', userName: 'alice' }, { id: 'other', userName: 'bob' });
  expect(await world.rooms.revoked.refresh()).toEqual(['alice', 'bob']);
  expect(await world.rooms.revoked.refresh()).toEqual([]);
  await world.records.insert(newServer);
  announce();
  follow();
  await untilRow(({ state }) => state === 'ready');
  expect(world.ends.routes.get('/user/alice/default/')).toMatchObject({
    juhub: { gate: { revokedSessions: ['gone'] } },
  });
});

test('A requeued job takes its server from ready back to starting, and to ready at its new node', async () => {
  await world.records.insert(newServer);
  announce();
  follow();
  await untilRow(({ state }) => state === 'ready');
  world.cluster.endpoint = '';
  world.scheduler.say('101', { phase: 'pending', state: 'PENDING', nodes: [], reason: 'BeginTime' });
  await untilRow(({ state }) => state === 'starting');
  // Nothing leads any more to the port that it had: somebody else may listen there.
  await vi.waitUntil(() => world.ends.routes.size + world.ends.tunnels.size === 0);
  announce('cn2');
  world.scheduler.say('101', { phase: 'running', state: 'RUNNING', nodes: ['cn2'], startedAt: new Date() });
  const row = await untilRow(({ state }) => state === 'ready');
  expect(row.endpointHost).toBe('cn2');
  expect([...world.ends.routes.keys()]).toEqual(['/user/alice/default/']);
});

test('A hub that takes up a server whose job has started anew closes the way that the one before it left open', async () => {
  await leaveReady();
  world.cluster.endpoint = '';
  const patch = { endpointHost: null, endpointPort: null, readyAt: null };
  await world.records.move(newServer.id, { to: 'starting', cause: 'job-restarted', message: 'again', patch });
  expect(world.ends.routes.size).toBe(1);
  follow();
  await vi.waitUntil(() => world.ends.routes.size + world.ends.tunnels.size === 0);
});

test('A server that nobody answers for is looked up again: it may have announced another port since', async () => {
  await world.records.insert(newServer);
  announce();
  world.ends.deadPort = 41234;
  follow();
  const marked = await untilRow(({ unreachableSince }) => unreachableSince !== null);
  expect(marked).toMatchObject({ state: 'starting', unreachableHop: 'server' });
  world.cluster.endpoint = JSON.stringify({ host: 'gpu1', port: 41235 });
  const row = await untilRow(({ state, unreachableSince }) => state === 'ready' && unreachableSince === null);
  expect(row.endpointPort).toBe(41235);
});

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ServerPatch } from '../../src/db/server-row.js';
import { reconcileJobs } from '../../src/spawn/reconcile-jobs.js';
import { makeRooms, newServer, silentLog } from './fake-rooms.js';

let world: Awaited<ReturnType<typeof makeRooms>>;

beforeEach(async () => {
  world = await makeRooms();
});
afterEach(() => world.close());

const look = () =>
  reconcileJobs(
    { records: world.records, scheduler: world.scheduler, log: silentLog },
    { site: 'cluster', accounts: ['alice'] },
  );

/** A job in the queue that carries the name of a server. */
const queueJob = (serverId = newServer.id, account = 'alice') =>
  world.scheduler.submit({ serverId, account, script: '' });

async function saveServer(patch: ServerPatch, server: Partial<typeof newServer> = {}): Promise<void> {
  const { id } = await world.records.insert({ ...newServer, ...server });
  await world.records.update(id, patch);
}

async function endServer(id = newServer.id): Promise<void> {
  const told = { details: {}, message: 'The job is over.' };
  await world.records.move(id, { to: 'stopping', cause: 'stop-asked', ...told });
  await world.records.move(id, { to: 'ended', cause: 'job-over', ...told, patch: { endedAt: new Date() } });
}

test('The job of a living server is left to run', async () => {
  await saveServer({ jobId: await queueJob() });
  expect(await look()).toEqual({ adopted: [], ended: [], unknown: [] });
  expect(world.scheduler.cancellations).toBe(0);
});

test('A job that still runs though its server has ended is ended', async () => {
  const jobId = await queueJob();
  await saveServer({ jobId });
  await endServer();
  expect(await look()).toMatchObject({ ended: [jobId] });
  expect(world.scheduler.jobs.get(jobId)?.status.phase).toBe('over');
});

test('A second job of a living server is ended, and its own one is not', async () => {
  const jobId = await queueJob();
  const second = await queueJob();
  await saveServer({ jobId });
  expect(await look()).toMatchObject({ ended: [second] });
  expect(world.scheduler.jobs.get(jobId)?.status.phase).toBe('running');
});

test('A job of which the database knows nothing is adopted by its server, that looks for it before it submits', async () => {
  await queueJob();
  await saveServer({});
  expect(await look()).toMatchObject({ adopted: [newServer.id] });
  expect(await world.records.get(newServer.id)).toMatchObject({ submitAttemptedAt: expect.any(Date) });
  expect(world.scheduler.cancellations).toBe(0);
});

test('A job of a server that is not in the database may be another hub’s, and is left alone', async () => {
  const jobId = await queueJob('fedcba9876543210');
  expect(await look()).toEqual({ adopted: [], ended: [], unknown: [jobId] });
  expect(world.scheduler.cancellations).toBe(0);
});

test('A job that somebody else named like a server is nothing to that server', async () => {
  await queueJob();
  await saveServer({ jobId: '9' }, { account: 'bob' });
  expect(await look()).toEqual({ adopted: [], ended: [], unknown: [] });
  expect(world.scheduler.cancellations).toBe(0);
});

test('A job that is on its way out already is not ended once more', async () => {
  const jobId = await queueJob();
  await saveServer({ jobId });
  await endServer();
  world.scheduler.say(jobId, { phase: 'ending', state: 'COMPLETING' });
  expect(await look()).toMatchObject({ ended: [] });
});

test('An account that lets nobody in keeps its own jobs, asked once, and the jobs of others are ended all the same', async () => {
  const theirs = { id: 'fedcba9876543210', userName: 'mallory', account: 'mallory' };
  await saveServer({ jobId: await queueJob(theirs.id, 'mallory') }, theirs);
  await queueJob(theirs.id, 'mallory');
  await endServer(theirs.id);
  const jobId = await queueJob();
  await saveServer({ jobId });
  await endServer();
  const { cancel } = world.scheduler;
  const asked = vi.spyOn(world.scheduler, 'cancel').mockImplementation(async (job) => {
    if (job.account === 'mallory') {
      throw new Error('the shell of mallory ended with 1');
    }
    await cancel.call(world.scheduler, job);
  });
  expect(await look()).toMatchObject({ ended: [jobId] });
  expect(asked.mock.calls.map(([{ account }]) => account)).toEqual(['mallory', 'alice']);
});

test('Nothing is decided while the scheduler cannot be asked', async () => {
  await saveServer({ jobId: await queueJob() });
  await endServer();
  world.scheduler.unreachable = new Error('slurmctld is away');
  await expect(look()).rejects.toThrow('slurmctld is away');
  expect(world.scheduler.cancellations).toBe(0);
});

import { type AccountedJob, type JobDetails, type QueuedJob, type SlurmClient, SlurmError } from '@juhub/slurm';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Site } from '../../src/sites/site.js';
import { type JobRef, jobNameOf } from '../../src/spawn/scheduler/scheduler.js';
import { SlurmScheduler } from '../../src/spawn/scheduler/slurm-scheduler.js';

const REF: JobRef = { serverId: '0123456789abcdef', account: 'alice1', jobId: '7' };

/** What each of Slurm's own tellers says of job 7; nothing: that there is none; null: that it keeps no records. */
const said: { queue?: string[]; controller?: string[]; accounting?: string[] | null } = {};

/** @param job its name and owner; that it runs, unless its state and phase follow */
function makeJob([name, user, state = 'RUNNING', phase = 'running']: string[]): QueuedJob & JobDetails & AccountedJob {
  const job = {
    jobId: '7',
    name,
    user,
    state,
    phase,
    reason: 'None',
    nodes: ['cn1'],
    restarts: 0,
  };
  return job as unknown as QueuedJob & JobDetails & AccountedJob;
}

const site = {
  config: { serviceAccount: 'hub' },
  slurmAs: () =>
    ({
      queue: async () => (said.queue === undefined ? [] : [makeJob(said.queue)]),
      showJob: async () => (said.controller === undefined ? undefined : makeJob(said.controller)),
      accounting: async () => {
        if (said.accounting === null) {
          throw new SlurmError('no-accounting', 'This cluster keeps no job records');
        }
        return said.accounting === undefined ? [] : [makeJob(said.accounting)];
      },
    }) as unknown as SlurmClient,
} as unknown as Site;

const scheduler = new SlurmScheduler(site);

beforeEach(() => {
  said.queue = undefined;
  said.controller = undefined;
  said.accounting = undefined;
});

describe('a job id that Slurm has given away again', () => {
  const own = [jobNameOf(REF.serverId), 'alice1'];

  it('is followed while it is the server’s own job', async () => {
    said.queue = own;
    said.controller = own;
    expect([...(await scheduler.poll([REF])).keys()]).toEqual([REF.serverId]);
    expect(await scheduler.outcome(REF)).toMatchObject({ jobId: '7', phase: 'running' });
  });

  it.each([
    ['another server of the same user', [jobNameOf('fedcba9876543210'), 'alice1']],
    ['another job of the same user', ['training', 'alice1']],
    ['somebody else, even under the same name', [jobNameOf(REF.serverId), 'bob1']],
  ])('is not taken for the server’s own when it went to %s', async (_whom, job) => {
    said.queue = job;
    said.controller = job;
    said.accounting = job;
    expect((await scheduler.poll([REF])).size).toBe(0);
    expect(await scheduler.outcome(REF)).toBe('unsettled');
  });

  it.each(['before', 'after'])(
    'is followed by the server that has it alone, when that is asked for %s the other',
    async (order) => {
      const other = { ...REF, serverId: 'fedcba9876543210' };
      said.queue = [jobNameOf(other.serverId), 'alice1'];
      const statuses = await scheduler.poll(order === 'before' ? [other, REF] : [REF, other]);
      expect([...statuses.keys()]).toEqual([other.serverId]);
    },
  );

  it('does not hide what the accounting still knows of the server’s own job', async () => {
    said.controller = [jobNameOf('fedcba9876543210'), 'alice1'];
    said.accounting = [...own, 'COMPLETED', 'ended'];
    expect(await scheduler.outcome(REF)).toMatchObject({ jobId: '7' });
  });

  it('is the server’s own while the accounting has no name for it yet', async () => {
    said.accounting = ['allocation', 'alice1', 'FAILED', 'ended'];
    expect(await scheduler.outcome(REF)).toMatchObject({ jobId: '7' });
  });
});

describe('a job that the controller does not know', () => {
  it('does not run, though the accounting believes so: how it ended may still be handed in', async () => {
    said.accounting = [jobNameOf(REF.serverId), 'alice1'];
    expect(await scheduler.outcome(REF)).toBe('unsettled');
  });

  it('may still be handed in where the accounting has never heard of it', async () => {
    expect(await scheduler.outcome(REF)).toBe('unsettled');
  });

  it('is unknown for good where the site keeps no accounting', async () => {
    said.accounting = null;
    expect(await scheduler.outcome(REF)).toBe('unknown');
  });

  it('has ended the way that the accounting says', async () => {
    said.accounting = [jobNameOf(REF.serverId), 'alice1', 'COMPLETED', 'ended'];
    expect(await scheduler.outcome(REF)).toMatchObject({ phase: 'over', state: 'COMPLETED' });
  });
});

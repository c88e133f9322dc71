import type { ServerRow } from '../db/server-row.js';
import type { Log } from '../log.js';
import { sayWhy } from '../say-why.js';
import type { FoundJob } from './scheduler/scheduler.js';
import type { SlurmScheduler } from './scheduler/slurm-scheduler.js';
import type { ServerRecords } from './server-records.js';

/** What was found in a site's queue, and what was done about it; jobs by their ids. */
export interface JobReconciliation {
  /** Servers of whose job the database knew nothing: their followers have to take it up. */
  readonly adopted: readonly string[];
  /** Jobs that were ended: their server has ended, or has another job. */
  readonly ended: readonly string[];
  /** Jobs of servers that are not in the database: of another hub, or of one whose database was lost. They are left alone. */
  readonly unknown: readonly string[];
}

/** What jobs are looked for and ended with. */
export interface JobsToReconcile {
  readonly records: ServerRecords;
  readonly scheduler: Pick<SlurmScheduler, 'list' | 'cancel'>;
  readonly log: Log;
}

/**
 * Compares the jobs in a site's queue that carry the name of a server with the servers. A job that should not be is
 * ended, one that the database does not know of is adopted. Only a job of the server's own account counts as its own:
 * whoever can submit jobs can call one as he likes. Where an account cannot end a job, the others still end theirs.
 *
 * @throws when the scheduler cannot be asked; nothing has been decided then
 */
export async function reconcileJobs(
  rooms: JobsToReconcile,
  { site, accounts }: { site: string; accounts: readonly string[] },
): Promise<JobReconciliation> {
  const { records, scheduler } = rooms;
  const closed = new Set<string>();
  const found = { adopted: [] as string[], ended: [] as string[], unknown: [] as string[] };
  // The servers after the jobs: a job that is in the list was submitted before its server's row is read.
  const jobs = await scheduler.list(accounts);
  for (const job of jobs.filter(({ phase }) => phase !== 'over' && phase !== 'ending')) {
    const server = await records.get(job.serverId);
    const verdict = judge(job, site, server);
    if (verdict === 'unknown') {
      found.unknown.push(job.jobId);
    } else if (verdict === 'adopt') {
      await records.update(job.serverId, { submitAttemptedAt: server?.submitAttemptedAt ?? new Date() });
      found.adopted.push(job.serverId);
    } else if (verdict === 'end' && !closed.has(job.account)) {
      if (await endJob(rooms, site, job)) {
        found.ended.push(job.jobId);
      } else {
        closed.add(job.account);
      }
    }
  }
  return found;
}

/** @returns false where the job's account cannot be asked: its owner, who can see to that, must not hold up the others */
async function endJob({ scheduler, log }: JobsToReconcile, site: string, job: FoundJob): Promise<boolean> {
  const what = { server: job.serverId, site, job: job.jobId };
  try {
    await scheduler.cancel(job);
  } catch (error) {
    log.info({ ...what, why: sayWhy(error) }, 'a job that no server has any more cannot be ended');
    return false;
  }
  log.warn({ ...what, state: job.state }, 'ended a job that no server has any more');
  return true;
}

function judge(job: FoundJob, site: string, server: ServerRow | undefined): 'unknown' | 'fine' | 'adopt' | 'end' {
  if (server === undefined) {
    return 'unknown';
  }
  if (server.account !== job.account || server.site !== site || server.scheduler !== 'slurm') {
    return 'fine';
  }
  if (server.state === 'ended') {
    return 'end';
  }
  if (server.jobId === null) {
    return 'adopt';
  }
  return server.jobId === job.jobId ? 'fine' : 'end';
}

import type { ServerRow } from '../db/server-row.js';
import type { Log } from '../log.js';
import type { FoundJob, Scheduler } from './scheduler/scheduler.js';
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

/**
 * Compares the jobs in a site's queue that carry the name of a server with the servers. A job that should not be is
 * ended, one that the database does not know of is adopted. Only a job of the server's own account counts as its own:
 * whoever can submit jobs can call one as he likes.
 *
 * @throws when the scheduler cannot be asked; nothing has been decided then
 */
export async function reconcileJobs(
  { records, scheduler, log }: { records: ServerRecords; scheduler: Scheduler; log: Log },
  { site, accounts }: { site: string; accounts: readonly string[] },
): Promise<JobReconciliation> {
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
    } else if (verdict === 'end') {
      await scheduler.cancel(job);
      log.warn(
        { server: job.serverId, site, job: job.jobId, state: job.state },
        'ended a job that no server has any more',
      );
      found.ended.push(job.jobId);
    }
  }
  return found;
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

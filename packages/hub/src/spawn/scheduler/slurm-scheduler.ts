import { ConnectorError } from '@juhub/connector';
import {
  type AccountedJob,
  type ExitCode,
  type JobDetails,
  type QueuedJob,
  type SlurmClient,
  SlurmError,
  type JobPhase as SlurmPhase,
} from '@juhub/slurm';
import type { Site } from '../../sites/site.js';
import {
  type FoundJob,
  JOB_NAME_START,
  type JobPhase,
  type JobRef,
  JobRefused,
  type JobStatus,
  type JobToSubmit,
  jobNameOf,
  type Outcome,
  readJobName,
  type Scheduler,
} from './scheduler.js';

/** Runs a server as a Slurm job of its user. */
export class SlurmScheduler implements Scheduler {
  constructor(private readonly site: Site) {}

  async submit(job: JobToSubmit): Promise<string> {
    try {
      const { jobId } = await this.site
        .slurmAs(job.account)
        .submit({ script: job.script, jobName: jobNameOf(job.serverId) });
      return jobId;
    } catch (error) {
      if (error instanceof SlurmError && !error.transient) {
        throw new JobRefused(error.message, { cause: error });
      }
      throw error;
    }
  }

  async find(job: Pick<JobToSubmit, 'serverId' | 'account'>): Promise<string | undefined> {
    const jobs = await this.site
      .slurmAs(job.account)
      .queue({ jobNames: [jobNameOf(job.serverId)], user: job.account, allStates: true });
    // Slurm 22.05 lists a job that it refused (BadConstraints) as one that failed: that one was never submitted.
    const taken = jobs.filter((job) => job.reason !== 'BadConstraints');
    return (taken.find((job) => job.phase !== 'ended') ?? taken[0])?.jobId;
  }

  /**
   * One squeue for all jobs of the site, asked by the service account, or by any owner: by default Slurm shows
   * everybody's jobs to everybody. Where it does not, the missing ones are asked for by name of their owner (`outcome`).
   */
  async poll(jobs: readonly JobRef[]): Promise<ReadonlyMap<string, JobStatus>> {
    const jobIds = [...new Set(jobs.map(({ jobId }) => jobId))];
    const owners = jobs.map(({ account }) => account);
    const queued = await this.#askAny(owners, (slurm) => slurm.queue({ jobIds, allStates: true }));
    const byId = new Map(queued.map((job) => [job.jobId, job]));
    const statuses = new Map<string, JobStatus>();
    for (const ref of jobs) {
      const job = byId.get(ref.jobId);
      // An ended job is left out, for `outcome` to be asked: the queue does not know its exit code.
      if (job !== undefined && isOurs(job, ref) && PHASES[job.phase] !== 'over') {
        statuses.set(ref.serverId, describe(job, { restarts: job.restarts }));
      }
    }
    return statuses;
  }

  async list(accounts: readonly string[]): Promise<readonly FoundJob[]> {
    const jobs = await this.#askAny(accounts, (slurm) => slurm.namedJobs(JOB_NAME_START));
    return jobs.flatMap(({ name, user, jobId, phase, state }) => {
      const serverId = readJobName(name);
      return serverId === undefined ? [] : [{ serverId, jobId, account: user, phase: PHASES[phase], state }];
    });
  }

  /** The next owner is asked where one cannot sign in any more: one lost account must not blind the hub for all. */
  async #askAny<T>(owners: readonly string[], ask: (slurm: SlurmClient) => Promise<T[]>): Promise<T[]> {
    const { serviceAccount } = this.site.config;
    const askers = serviceAccount === undefined ? [...new Set(owners)] : [serviceAccount];
    let refusal: unknown;
    for (const asker of askers) {
      try {
        return await ask(this.site.slurmAs(asker));
      } catch (error) {
        if (!(error instanceof ConnectorError && error.code === 'sign-in-refused')) {
          throw error;
        }
        refusal = error;
      }
    }
    if (refusal !== undefined) {
      throw refusal;
    }
    return [];
  }

  /**
   * A job that the controller does not know does not run. After an outage of slurmdbd the controller hands its records in
   * late: until then the accounting believes that the job runs, or has never heard of it. After a `kill -9` of slurmctld
   * it may stay so for ever.
   */
  async outcome(job: JobRef): Promise<Outcome> {
    const slurm = this.site.slurmAs(job.account);
    const details = await slurm.showJob(job.jobId);
    if (details !== undefined && isOurs(details, job)) {
      return describe(details, details);
    }
    const records = await slurm.accounting([job.jobId]).catch(unlessNoAccounting);
    const ended = records?.find((record) => isOurs(record, job) && PHASES[record.phase] === 'over');
    return ended !== undefined ? describe(ended, ended) : records === undefined ? 'unknown' : 'unsettled';
  }

  async cancel(job: JobRef): Promise<void> {
    await this.site.slurmAs(job.account).cancel(job.jobId, { name: jobNameOf(job.serverId) });
  }
}

/**
 * Ids start again some day: a job of somebody else is not ours, and one of another name is another server's. Of a job
 * that has just begun or ended the accounting may not have the name yet.
 */
function isOurs(found: { user: string; name: string }, ref: JobRef): boolean {
  const isNamed = found.name === 'allocation' || readJobName(found.name) === ref.serverId;
  return found.user === ref.account && isNamed;
}

/** Slurm's phases of a job as the life of a server needs them; see job-state in the Slurm client. */
const PHASES: Readonly<Record<SlurmPhase, JobPhase>> = {
  held: 'pending',
  pending: 'pending',
  starting: 'starting',
  running: 'running',
  paused: 'running',
  stopping: 'ending',
  ended: 'over',
  unknown: 'unknown',
};

/** A cluster that keeps no job records knows no more than its controller: that is an answer, not a failure to ask. */
function unlessNoAccounting(error: unknown): undefined {
  if (error instanceof SlurmError && error.code === 'no-accounting') {
    return undefined;
  }
  throw error;
}

/** What queue, controller and accounting have in common. */
type KnownJob = Pick<
  QueuedJob | JobDetails | AccountedJob,
  'jobId' | 'state' | 'phase' | 'reason' | 'nodes' | 'startAt' | 'endAt'
>;

function describe(job: KnownJob, more: { restarts?: number; exitCode?: ExitCode | undefined }): JobStatus {
  const phase = PHASES[job.phase];
  const isWaiting = phase === 'pending';
  const hasReason = job.reason !== '' && job.reason !== 'None';
  return {
    jobId: job.jobId,
    phase,
    state: job.state,
    nodes: job.nodes,
    ...(hasReason ? { reason: job.reason } : {}),
    ...(more.restarts === undefined ? {} : { restarts: more.restarts }),
    ...(more.exitCode === undefined ? {} : { exitCode: `${more.exitCode.status}:${more.exitCode.signal}` }),
    ...(job.startAt === undefined ? {} : isWaiting ? { expectedStartAt: job.startAt } : { startedAt: job.startAt }),
    ...(job.endAt === undefined || isWaiting ? {} : { endsAt: job.endAt }),
  };
}

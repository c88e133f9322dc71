import { type AccountedJob, type JobDetails, type QueuedJob, SlurmError } from '@juhub/slurm';
import type { Site } from '../../sites/site.js';
import { type JobRef, JobRefused, type JobStatus, type JobToSubmit, jobNameOf, type Scheduler } from './scheduler.js';

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
    return jobs[0]?.jobId;
  }

  /**
   * One squeue for all jobs of the site, asked by the service account, or by any owner: by default Slurm shows
   * everybody's jobs to everybody. Where it does not, the missing ones are asked for by name of their owner (`outcome`).
   */
  async poll(jobs: readonly JobRef[]): Promise<ReadonlyMap<string, JobStatus>> {
    const asker = this.site.config.serviceAccount ?? jobs[0]?.account;
    if (asker === undefined) {
      return new Map();
    }
    const queued = await this.site.slurmAs(asker).queue({ jobIds: jobs.map((job) => job.jobId), allStates: true });
    return new Map(queued.map((job) => [job.jobId, fromQueue(job)]));
  }

  async outcome(job: JobRef): Promise<JobStatus | undefined> {
    const slurm = this.site.slurmAs(job.account);
    const details = await slurm.showJob(job.jobId);
    if (details !== undefined) {
      return fromDetails(details);
    }
    const [accounted] = await slurm.accounting([job.jobId]);
    return accounted === undefined ? undefined : fromAccounting(accounted);
  }

  async cancel(job: JobRef): Promise<void> {
    await this.site.slurmAs(job.account).cancel(job.jobId, { name: jobNameOf(job.serverId) });
  }
}

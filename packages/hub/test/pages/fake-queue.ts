import type { QueuedJob, SlurmClient } from '@juhub/slurm';
import { FakeCluster } from './fake-cluster.js';

/** A submission that the fake has been given and has not answered yet. */
interface Submission {
  readonly account: string;
  readonly serverId: string;
  take(): void;
}

/**
 * A fake cluster whose queue takes jobs, one submission when the test says so: no real one can be made to hold its
 * answers back. What it took waits in its queue for ever.
 */
export class FakeQueue extends FakeCluster {
  /** In the order in which they came. */
  readonly submissions: Submission[] = [];
  readonly jobs: QueuedJob[] = [];
  /** Those that have not been answered. */
  readonly open: Submission[] = [];
  mostAtOnce = 0;
  /** How often it was asked for a job by its name. */
  searches = 0;
  #came: () => void = () => undefined;

  override slurmAs(asker: string): SlurmClient {
    return {
      ...super.slurmAs(asker),
      submit: ({ jobName = '' }: { jobName?: string }) => this.#hold(asker, jobName),
      queue: async ({ jobIds, jobNames }: { jobIds?: readonly string[]; jobNames?: readonly string[] }) => {
        this.searches += jobNames === undefined ? 0 : 1;
        return this.jobs.filter((job) => jobIds?.includes(job.jobId) || jobNames?.includes(job.name));
      },
      namedJobs: async () => this.jobs,
    } as unknown as SlurmClient;
  }

  /** Every command on its login node does well and prints nothing. */
  override readLog(): string {
    return '';
  }

  /** Resolves when as many submissions have come as are wanted. */
  async untilCame(count: number): Promise<void> {
    while (this.submissions.length < count) {
      await new Promise<void>((resolve) => {
        this.#came = resolve;
      });
    }
  }

  /** Answers the submission that waits for longest. */
  takeNext(): void {
    this.open.shift()?.take();
  }

  /** Puts a job into the queue. @returns its id */
  addJob(account: string, name: string): string {
    const jobId = String(this.jobs.length + 1);
    this.jobs.push({
      jobId,
      name,
      user: account,
      account: 'zam',
      partition: 'gpus',
      qos: 'normal',
      state: 'PENDING',
      phase: 'pending',
      reason: 'Priority',
      nodes: [],
      batchHost: undefined,
      submittedAt: new Date(),
      startAt: undefined,
      endAt: undefined,
      timeLimitMinutes: 30,
      restarts: 0,
    });
    return jobId;
  }

  async #hold(account: string, name: string): Promise<{ jobId: string }> {
    await new Promise<void>((resolve) => {
      const submission = { account, serverId: name.replace(/^juhub-/, ''), take: resolve };
      this.submissions.push(submission);
      this.open.push(submission);
      this.mostAtOnce = Math.max(this.mostAtOnce, this.open.length);
      this.#came();
    });
    return { jobId: this.addJob(account, name) };
  }
}

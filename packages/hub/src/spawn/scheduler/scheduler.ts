/** What a scheduler knows a job by, and who may ask for it. */
export interface JobRef {
  readonly serverId: string;
  /** The UNIX account that owns the job. */
  readonly account: string;
  readonly jobId: string;
}

/** A job on its way to the scheduler. */
export interface JobToSubmit {
  readonly serverId: string;
  readonly account: string;
  /** The whole job script; it goes over standard input, never through argv. */
  readonly script: string;
}

/**
 * Where a job stands, the same for every scheduler.
 * `pending`: waits for resources. `starting`: has resources, does not run yet. `running`: runs (or is suspended).
 * `ending`: on its way out. `over`: definitely at its end. `unknown`: there, in a state that means nothing to us.
 */
export type JobPhase = 'pending' | 'starting' | 'running' | 'ending' | 'over' | 'unknown';

/** One definite answer of a scheduler about one job. */
export interface JobStatus {
  readonly jobId: string;
  readonly phase: JobPhase;
  /** The scheduler's own word, such as PENDING or OUT_OF_MEMORY. */
  readonly state: string;
  /** Why it waits or ended, in the scheduler's word; undefined where it gives none. */
  readonly reason?: string;
  readonly nodes: readonly string[];
  /** How often the scheduler has started the job anew; undefined where it does not say. */
  readonly restarts?: number;
  readonly startedAt?: Date;
  /** The scheduler's guess; it moves. */
  readonly expectedStartAt?: Date;
  /** When the time limit ends the job. */
  readonly endsAt?: Date;
  /** Exit code as a number, or `code:signal` as Slurm writes it. */
  readonly exitCode?: string;
}

/**
 * What a scheduler says of a job that is not in its queue. `unknown`: it has never heard of it. `unsettled`: it does not
 * run any more, but its records do not say yet how it ended; they may never do.
 */
export type Outcome = JobStatus | 'unknown' | 'unsettled';

/** A job that carries the name of a server and is not over, whoever owns it. */
export interface FoundJob {
  readonly serverId: string;
  readonly jobId: string;
  /** The UNIX account that owns it. */
  readonly account: string;
  readonly phase: JobPhase;
  readonly state: string;
}

/**
 * What the life of a server needs of whatever runs its job. Every method resolves only with a definite answer and
 * rejects when the site could not be asked: cannot ask is not gone.
 */
export interface Scheduler {
  /** Starts the job. @returns its id. @throws JobRefused when the scheduler said no. */
  submit(job: JobToSubmit): Promise<string>;
  /** The id of a job that was submitted for this server before, if there is one: a crash must not double it. */
  find(job: Pick<JobToSubmit, 'serverId' | 'account'>): Promise<string | undefined>;
  /**
   * One question for all these jobs; the answers by the ids of their servers, for Slurm can give the id of a job that it
   * has lost to another. A job that is missing in the answer is unknown, not over: ask `outcome`.
   */
  poll(jobs: readonly JobRef[]): Promise<ReadonlyMap<string, JobStatus>>;
  /** The fate of one job that `poll` did not name. */
  outcome(job: JobRef): Promise<Outcome>;
  /** Asks the job to end; to cancel a job that is gone is no error. */
  cancel(job: JobRef): Promise<void>;
}

/** The scheduler refused the job; the message is in its own words. */
export class JobRefused extends Error {
  readonly code = 'job-refused';
  readonly transient = false;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'JobRefused';
  }
}

/** A job's name carries its server's id, so that it can be found again after a crash. */
export function jobNameOf(serverId: string): string {
  return `${JOB_NAME_START}${serverId}`;
}

/** With what the name of every server's job begins. */
export const JOB_NAME_START = 'juhub-';

/** The server that a job's name tells of; undefined for a job of something else. */
export function readJobName(name: string): string | undefined {
  return /^juhub-([0-9a-f]{16})$/.exec(name)?.[1];
}

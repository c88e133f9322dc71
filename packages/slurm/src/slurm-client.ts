import type { JobDetails } from './job-details.js';
import {
  buildAllocation,
  buildFinalUsage,
  buildStepUsage,
  type JobUsage,
  parseAllocation,
  parseFinalUsage,
  parseStepUsage,
} from './job-usage.js';
import { buildNamedJobs, type NamedJob, parseNamedJobs } from './named-jobs.js';
import type { Partition } from './partition.js';
import { buildPending, parsePending, type QueuePosition } from './pending-queue.js';
import type { Reservation } from './reservation.js';
import type { CommandResult, Run } from './run.js';
import { type AccountedJob, buildAccounting, parseAccounting } from './sacct.js';
import { type Association, buildAssociations, buildQos, parseAssociations, parseQos, type Qos } from './sacctmgr.js';
import {
  buildSubmit,
  buildTestSubmit,
  type ExpectedStart,
  parseSubmit,
  parseTestSubmit,
  type Submission,
  type SubmittedJob,
} from './sbatch.js';
import { buildCancel, type CancelOptions, saysAlreadyGone } from './scancel.js';
import {
  buildConfig,
  buildPartitions,
  buildReservations,
  buildShowJob,
  parseClusterName,
  parsePartitions,
  parseReservations,
  parseShowJob,
} from './scontrol.js';
import { makeSeparator } from './separated-table.js';
import { buildNodes, type ClusterNode, parseNodes } from './sinfo.js';
import { type SlurmCall, slurmArgv } from './slurm-environment.js';
import { describeFailure } from './slurm-error.js';
import { buildQueue, parseQueue, type QueuedJob, type QueueQuery, saysUnknownJob } from './squeue.js';
import { parseVersion, type SlurmVersion } from './version.js';

/** How a SlurmClient asks. */
export interface SlurmClientOptions {
  /** Where Slurm's commands are, when the PATH of a plain SSH command lacks them, as in `/opt/slurm/bin`. */
  readonly binFolder?: string;
  /** How long one command may take before it counts as "could not ask". Default: 60 000. */
  readonly timeoutMs?: number;
}

/**
 * Slurm from release 22.05 on, over anything that can run a command.
 *
 * Every method rejects with a SlurmError when Slurm could not be asked, could not be understood or said no, and with
 * the runner's own error when no command could be run. A query that rejects says nothing about any job.
 */
export class SlurmClient {
  readonly #run: Run;
  readonly #binFolder: string | undefined;
  readonly #timeoutMs: number;

  constructor(run: Run, options: SlurmClientOptions = {}) {
    this.#run = run;
    this.#binFolder = options.binFolder;
    this.#timeoutMs = options.timeoutMs ?? 60_000;
  }

  /** The release of the client commands, as in 24.11.5. */
  async version(): Promise<SlurmVersion> {
    return parseVersion((await this.#ask({ tool: 'squeue', words: ['--version'] })).stdout);
  }

  /**
   * Submits a batch script. A refusal is a SlurmError `refused` in sbatch's own words. After any other error the job may
   * have been taken all the same: look for its name in the queue before submitting again.
   */
  async submit(submission: Submission): Promise<SubmittedJob> {
    return parseSubmit((await this.#act(buildSubmit(submission))).stdout);
  }

  /** Has Slurm check a script and estimate its start; a script that it would refuse is a SlurmError `refused`. */
  async testSubmit(submission: Submission): Promise<ExpectedStart> {
    return parseTestSubmit((await this.#act(buildTestSubmit(submission))).stderr);
  }

  /**
   * The jobs in the queue, asked for in one squeue however many they are. A job that is missing here is not in the
   * queue: its end is in `accounting`, or not known yet.
   */
  async queue(query: QueueQuery = {}): Promise<QueuedJob[]> {
    if (query.jobIds?.length === 0 || query.jobNames?.length === 0) return [];
    const separator = makeSeparator();
    const call = buildQueue(query, separator);
    const result = await this.#execute(call);
    if (query.jobIds !== undefined && result.exitCode !== 0 && saysUnknownJob(result.stderr)) return [];
    return parseQueue(readQueue(result), query, separator);
  }

  /** Every job that waits or runs and whose name begins so, of all users as far as this one may see them. */
  async namedJobs(start: string): Promise<NamedJob[]> {
    const separator = makeSeparator();
    return parseNamedJobs(readQueue(await this.#execute(buildNamedJobs(separator))), start, separator);
  }

  /** Where every job stands that waits for nodes, by job id; one squeue for all of them. */
  async positions(): Promise<ReadonlyMap<string, QueuePosition>> {
    return parsePending((await this.#ask(buildPending())).stdout);
  }

  /** What a running job has and uses now; only its owner is told. Undefined when the queue does not have it (any more). */
  async usageNow(jobId: string): Promise<JobUsage | undefined> {
    const separator = makeSeparator();
    const [queued, steps] = await Promise.all([
      this.#execute(buildAllocation(jobId, separator)),
      this.#ask(buildStepUsage(jobId)),
    ]);
    if (queued.exitCode !== 0 && saysUnknownJob(queued.stderr)) return undefined;
    if (queued.exitCode !== 0) throw describeFailure('squeue', queued, 'failed');
    const allocation = parseAllocation(queued.stdout, separator);
    return allocation && { ...allocation, ...parseStepUsage(steps.stdout) };
  }

  /** What a job that has ended had and used; undefined when the accounting database does not have it (yet). */
  async usageAtEnd(jobId: string): Promise<JobUsage | undefined> {
    const separator = makeSeparator();
    return parseFinalUsage((await this.#ask(buildFinalUsage(jobId, separator))).stdout, separator);
  }

  /** What the accounting database knows about these jobs; a job that it does not have (yet) is missing. */
  async accounting(jobIds: readonly string[]): Promise<AccountedJob[]> {
    if (jobIds.length === 0) return [];
    const separator = makeSeparator();
    return parseAccounting((await this.#ask(buildAccounting(jobIds, separator))).stdout, separator);
  }

  /** What the controller knows about one job; undefined when it says that there is no such job (any more). */
  async showJob(jobId: string): Promise<JobDetails | undefined> {
    const result = await this.#execute(buildShowJob(jobId));
    if (result.exitCode !== 0 && saysUnknownJob(result.stderr)) return undefined;
    if (result.exitCode !== 0) throw describeFailure('scontrol', result, 'failed');
    return parseShowJob(result.stdout);
  }

  /** Cancels or signals a job. A job that is gone already is fine. Resolves when Slurm has the order, not when it is done. */
  async cancel(jobId: string, options: CancelOptions = {}): Promise<void> {
    const result = await this.#execute(buildCancel(jobId, options));
    if (result.exitCode !== 0 && !saysAlreadyGone(result.stderr)) throw describeFailure('scancel', result, 'refused');
  }

  /** All partitions with their limits, also those that this user may not use or see. */
  async partitions(): Promise<Partition[]> {
    return parsePartitions((await this.#ask(buildPartitions())).stdout);
  }

  /** The nodes of those partitions, with what is in use. */
  async nodes(): Promise<ClusterNode[]> {
    const separator = makeSeparator();
    return parseNodes((await this.#ask(buildNodes(separator))).stdout, separator);
  }

  /** What a user may use: accounts, the default one first, qualities of service, limits. */
  async associations(user: string): Promise<Association[]> {
    return parseAssociations((await this.#ask(buildAssociations(user))).stdout);
  }

  /** The name that accounting knows this cluster by, where it knows several. */
  async clusterName(): Promise<string> {
    return parseClusterName((await this.#ask(buildConfig())).stdout);
  }

  /** The qualities of service of the cluster. */
  async qos(): Promise<Qos[]> {
    return parseQos((await this.#ask(buildQos())).stdout);
  }

  /** The reservations, coming ones included. */
  async reservations(): Promise<Reservation[]> {
    return parseReservations((await this.#ask(buildReservations())).stdout);
  }

  /** A query: any end but 0 means that nothing is known. */
  async #ask(call: SlurmCall): Promise<CommandResult> {
    const result = await this.#execute(call);
    if (result.exitCode !== 0) throw describeFailure(call.tool, result, 'failed');
    return result;
  }

  /** An act: an end other than 0 that is no trouble of the connection is Slurm's no. */
  async #act(call: SlurmCall): Promise<CommandResult> {
    const result = await this.#execute(call);
    if (result.exitCode !== 0) throw describeFailure(call.tool, result, 'refused');
    return result;
  }

  #execute(call: SlurmCall): Promise<CommandResult> {
    const argv = slurmArgv(call, this.#binFolder);
    const stdin = call.stdin === undefined ? {} : { stdin: call.stdin };
    return this.#run({ argv, timeoutMs: this.#timeoutMs, ...stdin });
  }
}

/** squeue ends with code 0 and an empty table for a user whom the node cannot look up just now: that is no answer. */
function readQueue(result: CommandResult): string {
  if (result.exitCode !== 0 || /^squeue: error:/m.test(result.stderr)) {
    throw describeFailure('squeue', result, 'failed');
  }
  return result.stdout;
}

import { checkJobId } from './argument-checks.js';
import { parseDurationMinutes } from './duration.js';
import { type ExitCode, parseExitCode } from './exit-code.js';
import { expandHostList } from './host-list.js';
import { describeJobState, type JobPhase } from './job-state.js';
import { parseWhole } from './key-values.js';
import { readAnswer } from './reading.js';
import { parseSeparatedTable } from './separated-table.js';
import type { SlurmCall } from './slurm-environment.js';
import { unparsable } from './slurm-error.js';
import { parseTimestamp } from './timestamp.js';
import { parseMemoryBytes } from './tres.js';

/** A step of a job: the batch script, the outer shell of the node, an srun. */
export interface AccountedStep {
  /** `batch`, `extern` or a number. */
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly exitCode: ExitCode | undefined;
  /** The most memory that one of its tasks used; undefined where it was not measured. */
  readonly maxRssBytes: number | undefined;
}

/** One run of a job as the accounting database knows it. */
export interface AccountedRun {
  readonly jobId: string;
  /** For a moment after a start or an end, a database that has not got the name yet says `allocation` instead. */
  readonly name: string;
  readonly user: string;
  readonly account: string;
  readonly partition: string;
  readonly qos: string;
  /** Slurm's word, as in TIMEOUT; without the `by 2001` of a cancelled job. */
  readonly state: string;
  readonly phase: JobPhase;
  /** True when this job has ended for good as far as the database knows. */
  readonly over: boolean;
  /** Who cancelled it (numeric user id). */
  readonly cancelledByUid: number | undefined;
  /** Slurm's word for why it waited last or why it failed. */
  readonly reason: string;
  readonly exitCode: ExitCode | undefined;
  /** The highest exit code of its steps started by srun. */
  readonly derivedExitCode: ExitCode | undefined;
  readonly submittedAt: Date | undefined;
  readonly startAt: Date | undefined;
  readonly endAt: Date | undefined;
  readonly elapsedSeconds: number;
  readonly timeLimitMinutes: number | undefined;
  readonly nodes: string[];
  /** The most memory that one task of any step used. */
  readonly maxRssBytes: number | undefined;
  readonly steps: readonly AccountedStep[];
}

/** A job's last run, and the runs before it that Slurm put back into the queue, oldest first. */
export interface AccountedJob extends AccountedRun {
  readonly previousRuns: readonly AccountedRun[];
}

const columns = [
  'JobIDRaw',
  'JobName',
  'User',
  'Account',
  'Partition',
  'QOS',
  'State',
  'Reason',
  'ExitCode',
  'DerivedExitCode',
  'Submit',
  'Start',
  'End',
  'ElapsedRaw',
  'Timelimit',
  'NodeList',
  'MaxRSS',
] as const;

type Row = Record<(typeof columns)[number], string>;

/**
 * Jobs with their steps, and (`--duplicates`) the earlier runs of jobs that were requeued. With `--jobs` sacct looks back
 * as far as the database goes. Source: sacct(1).
 */
export function buildAccounting(jobIds: readonly string[], separator: string): SlurmCall {
  const words = [
    `--jobs=${jobIds.map(checkJobId).join(',')}`,
    '--duplicates',
    '--parsable',
    `--delimiter=${separator}`,
  ];
  return { tool: 'sacct', words: [...words, `--format=${columns.join(',')}`] };
}

/** The jobs in the answer; one that the database does not have is not among them. */
export function parseAccounting(stdout: string, separator: string): AccountedJob[] {
  const rows = parseSeparatedTable(stdout, { tool: 'sacct', separator, columns, firstHeading: 'JobIDRaw' });
  const runs: { row: Row; steps: Row[] }[] = [];
  for (const row of rows) {
    if (/^\d+$/.test(row.JobIDRaw)) runs.push({ row, steps: [] });
    // A step follows the run that it belongs to.
    else if (row.JobIDRaw.startsWith(`${runs.at(-1)?.row.JobIDRaw}.`)) runs.at(-1)?.steps.push(row);
    else throw unparsable('sacct', 'a step stands without its job', stdout);
  }
  const read = runs.map(({ row, steps }) => readAnswer('sacct', stdout, () => parseRun(row, steps.map(parseStep))));
  return joinRuns(read);
}

function parseStep(row: Row): AccountedStep {
  return {
    id: row.JobIDRaw.slice(row.JobIDRaw.indexOf('.') + 1),
    name: row.JobName,
    state: describeJobState(row.State).name,
    exitCode: parseExitCode(row.ExitCode),
    maxRssBytes: parseMemoryBytes(row.MaxRSS),
  };
}

function parseRun(row: Row, steps: AccountedStep[]): AccountedRun {
  const state = describeJobState(row.State);
  const cancelledBy = /^CANCELLED by (\d+)/.exec(row.State)?.[1];
  const sizes = steps.flatMap((step) => step.maxRssBytes ?? []);
  return {
    jobId: row.JobIDRaw,
    name: row.JobName,
    user: row.User,
    account: row.Account,
    partition: row.Partition,
    qos: row.QOS,
    state: state.name,
    phase: state.phase,
    over: state.over,
    cancelledByUid: cancelledBy === undefined ? undefined : Number(cancelledBy),
    reason: row.Reason,
    exitCode: parseExitCode(row.ExitCode),
    derivedExitCode: parseExitCode(row.DerivedExitCode),
    submittedAt: parseTimestamp(row.Submit),
    startAt: parseTimestamp(row.Start),
    endAt: parseTimestamp(row.End),
    elapsedSeconds: parseWhole(row.ElapsedRaw),
    timeLimitMinutes: parseDurationMinutes(row.Timelimit),
    nodes: expandHostList(row.NodeList),
    maxRssBytes: sizes.length > 0 ? Math.max(...sizes) : undefined,
    steps,
  };
}

/** Job ids start again after MaxJobId: an old job of the same id but another name is no earlier run. */
function joinRuns(runs: readonly AccountedRun[]): AccountedJob[] {
  const byId = new Map<string, AccountedRun[]>();
  for (const run of runs) byId.set(run.jobId, [...(byId.get(run.jobId) ?? []), run]);
  return [...byId.values()].flatMap((sameId) => {
    const ordered = sameId.toSorted((a, b) => Number(a.submittedAt) - Number(b.submittedAt));
    const last = ordered.pop();
    return last === undefined ? [] : { ...last, previousRuns: ordered.filter((run) => mayBeSame(run.name, last.name)) };
  });
}

function mayBeSame(name: string, other: string): boolean {
  return name === other || name === 'allocation' || other === 'allocation';
}

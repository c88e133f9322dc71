import { checkJobName, checkJobNumber, checkUser } from './argument-checks.js';
import { parseDurationMinutes } from './duration.js';
import { expandHostList } from './host-list.js';
import { type JobPhase, jobPhase } from './job-state.js';
import { orNothing, parseWhole } from './key-values.js';
import { readAnswer } from './reading.js';
import { parseSeparatedTable } from './separated-table.js';
import type { SlurmCall } from './slurm-environment.js';
import { unparsable } from './slurm-error.js';
import { parseTimestamp } from './timestamp.js';

/** Which jobs to ask for; what is given must all hold. Without anything: every job that this user may see. */
export interface QueueQuery {
  readonly jobNames?: readonly string[];
  /** Plain numbers, as `submit` gives them. */
  readonly jobIds?: readonly string[];
  readonly user?: string;
  /** Also the jobs that ended a short while ago (slurm.conf MinJobAge, usually 5 minutes). */
  readonly allStates?: boolean;
}

/** A job as the queue shows it. */
export interface QueuedJob {
  readonly jobId: string;
  readonly name: string;
  readonly user: string;
  readonly account: string;
  readonly partition: string;
  readonly qos: string;
  /** Slurm's word, as in RUNNING. */
  readonly state: string;
  readonly phase: JobPhase;
  /** Slurm's word for why it waits or ended, `None` where there is nothing to say; see explainReason. */
  readonly reason: string;
  /** The nodes that it has; empty while it waits. */
  readonly nodes: string[];
  /** The node that runs the batch script. */
  readonly batchHost: string | undefined;
  readonly submittedAt: Date | undefined;
  /** When it started; while it waits, when the scheduler expects it to start, if it has said so. */
  readonly startAt: Date | undefined;
  /** When its time limit ends it; once it has ended, when that was. */
  readonly endAt: Date | undefined;
  /** Undefined when there is no limit. */
  readonly timeLimitMinutes: number | undefined;
  /** How often Slurm has put it back into the queue. */
  readonly restarts: number;
  readonly comment?: string;
}

/** Longer lists are not handed to squeue (a command line has an end): everything is asked for and sorted out here. */
const maxListed = 200;

const columns = [
  'JobID',
  'Name',
  'UserName',
  'Account',
  'Partition',
  'QOS',
  'State',
  'Reason',
  'NodeList',
  'BatchHost',
  'SubmitTime',
  'StartTime',
  'EndTime',
  'TimeLimit',
  'RestartCnt',
  'Comment',
] as const;

type Row = Record<(typeof columns)[number], string>;

/**
 * One squeue for many jobs. `:0` asks for the whole value, followed by the separator. `--all` shows hidden partitions
 * too: a job in one of them must not look gone. `--local` saves slurmctld a second question, about federations.
 * Source: squeue(1), option --Format.
 */
export function buildQueue(query: QueueQuery, separator: string): SlurmCall {
  const format = columns.map((column) => `${column}:0${separator}`).join(',');
  const words = ['--all', '--local', `--Format=${format}`];
  if (query.allStates) words.push('--states=all');
  if (query.user !== undefined) words.push(`--user=${checkUser(query.user)}`);
  const names = query.jobNames?.map(checkJobName) ?? [];
  if (names.length > 0 && names.length <= maxListed) words.push(`--name=${names.join(',')}`);
  const ids = query.jobIds?.map(checkJobNumber) ?? [];
  if (ids.length > 0 && ids.length <= maxListed) words.push(`--jobs=${ids.join(',')}`);
  return { tool: 'squeue', words };
}

/**
 * The jobs in the answer that the query asks for.
 * @throws SlurmError `unparsable`, never an empty list for an answer that is not one.
 */
export function parseQueue(stdout: string, query: QueueQuery, separator: string): QueuedJob[] {
  const rows = parseSeparatedTable(stdout, { tool: 'squeue', separator, columns, firstHeading: 'JOBID' });
  const names = query.jobNames && new Set(query.jobNames);
  const ids = query.jobIds && new Set(query.jobIds);
  // Left out before they are read: the queue of a large machine has tens of thousands of jobs of others.
  return rows
    .filter((row) => (names?.has(row.Name) ?? true) && (ids?.has(row.JobID) ?? true))
    .filter((row) => query.user === undefined || row.UserName === query.user)
    .map((row) => readAnswer('squeue', stdout, () => parseRow(row, stdout)));
}

function parseRow(row: Row, stdout: string): QueuedJob {
  if (!/^\d+$/.test(row.JobID)) throw unparsable('squeue', 'a job id is missing', stdout);
  const comment = orNothing(row.Comment);
  return {
    jobId: row.JobID,
    name: row.Name,
    user: row.UserName,
    account: row.Account,
    partition: row.Partition,
    qos: row.QOS,
    state: row.State,
    phase: jobPhase(row.State, row.Reason),
    reason: row.Reason,
    nodes: expandHostList(row.NodeList),
    batchHost: orNothing(row.BatchHost),
    submittedAt: parseTimestamp(row.SubmitTime),
    startAt: parseTimestamp(row.StartTime),
    endAt: parseTimestamp(row.EndTime),
    timeLimitMinutes: parseDurationMinutes(row.TimeLimit),
    restarts: parseWhole(row.RestartCnt),
    ...(comment !== undefined && { comment }),
  };
}

/** squeue ends with code 1 and this text when the one job that was asked for is not known: that is an answer. */
export function saysUnknownJob(stderr: string): boolean {
  return /invalid job id specified/i.test(stderr);
}

import { parseDurationMinutes } from './duration.js';
import { type ExitCode, parseExitCode } from './exit-code.js';
import { expandHostList } from './host-list.js';
import { type JobPhase, jobPhase } from './job-state.js';
import { type KeyValue, orNothing, parseKeyValues, parseWhole } from './key-values.js';
import { parseTimestamp } from './timestamp.js';

/** All that the controller says about one job. */
export interface JobDetails {
  readonly jobId: string;
  readonly name: string;
  readonly user: string;
  readonly uid: number;
  readonly account: string;
  readonly partition: string;
  readonly qos: string;
  readonly state: string;
  readonly phase: JobPhase;
  readonly reason: string;
  readonly exitCode: ExitCode | undefined;
  readonly nodes: string[];
  readonly batchHost: string | undefined;
  readonly submittedAt: Date | undefined;
  /** When it started; while it waits, when the scheduler expects it to start. */
  readonly startAt: Date | undefined;
  readonly endAt: Date | undefined;
  readonly timeLimitMinutes: number | undefined;
  readonly restarts: number;
  /** May Slurm put it back into the queue after a node failure? */
  readonly requeue: boolean;
  readonly priority: number;
  readonly workFolder: string | undefined;
  readonly standardOutput: string | undefined;
  readonly standardError: string | undefined;
}

/**
 * The keys that we trust, in the order in which Slurm prints them. A job's name, command, folder and comment are free
 * text of its user and are printed unescaped between them: text that pretends to be one of these keys shows as a key
 * that comes twice or out of turn.
 */
const trusted = [
  'JobId',
  'JobName',
  'UserId',
  'Priority',
  'Account',
  'QOS',
  'JobState',
  'Reason',
  'Requeue',
  'Restarts',
  'ExitCode',
  'TimeLimit',
  'SubmitTime',
  'StartTime',
  'EndTime',
  'Partition',
  'NodeList',
  'BatchHost',
  'Command',
  'WorkDir',
  'StdErr',
  'StdOut',
] as const;

type Key = (typeof trusted)[number];

const place = new Map<string, number>(trusted.map((key, index) => [key, index]));

/**
 * Reads `scontrol show job ID -o`: one job (an array task or a piece of a heterogeneous job by its own id).
 * @throws RangeError when a key is missing, comes twice or out of turn.
 */
export function parseJobDetails(stdout: string): JobDetails {
  const start = stdout.indexOf('JobId=');
  if (start < 0) throw new RangeError('JobId is missing');
  const fields = pickTrusted(parseKeyValues(stdout.slice(start)));
  const get = (key: Key): string => {
    const value = fields.get(key);
    if (value === undefined) throw new RangeError(`${key} is missing`);
    return value;
  };
  const user = /^(.*)\((\d+)\)$/.exec(get('UserId'));
  if (user?.[1] === undefined) throw new RangeError(`not a user: ${get('UserId')}`);
  return {
    jobId: get('JobId'),
    name: get('JobName'),
    user: user[1],
    uid: Number(user[2]),
    account: get('Account'),
    partition: get('Partition'),
    qos: get('QOS'),
    state: get('JobState'),
    phase: jobPhase(get('JobState'), get('Reason')),
    reason: get('Reason'),
    exitCode: parseExitCode(get('ExitCode')),
    nodes: expandHostList(get('NodeList')),
    batchHost: fields.get('BatchHost'),
    submittedAt: parseTimestamp(get('SubmitTime')),
    startAt: parseTimestamp(get('StartTime')),
    endAt: parseTimestamp(get('EndTime')),
    timeLimitMinutes: parseDurationMinutes(get('TimeLimit')),
    restarts: parseWhole(get('Restarts')),
    requeue: get('Requeue') === '1',
    priority: parseWhole(get('Priority')),
    workFolder: orNothing(fields.get('WorkDir')),
    standardOutput: orNothing(fields.get('StdOut')),
    standardError: orNothing(fields.get('StdErr')),
  };
}

function pickTrusted(pairs: readonly KeyValue[]): Map<string, string> {
  const fields = new Map<string, string>();
  let last = -1;
  for (const { key, value } of pairs) {
    const at = place.get(key);
    if (at === undefined) continue;
    if (at <= last) throw new RangeError(`${key} comes twice or out of turn`);
    last = at;
    fields.set(key, value);
  }
  return fields;
}

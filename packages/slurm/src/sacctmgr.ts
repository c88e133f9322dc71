import { checkUser } from './argument-checks.js';
import { parseDurationMinutes } from './duration.js';
import { parseCount } from './key-values.js';
import { readAnswer } from './reading.js';
import type { SlurmCall } from './slurm-environment.js';
import { unparsable } from './slurm-error.js';
import { parseTres, type Tres } from './tres.js';

/** What a user may do under one account (project), perhaps in one partition alone. */
export interface Association {
  readonly cluster: string;
  readonly account: string;
  readonly user: string;
  /** True for the account that Slurm charges when a job names none. */
  readonly isDefault: boolean;
  /** Undefined: in every partition. */
  readonly partition: string | undefined;
  /** The qualities of service that may be asked for. */
  readonly qos: readonly string[];
  readonly defaultQos: string | undefined;
  /** How many jobs may run at a time; undefined: any number. */
  readonly maxJobs: number | undefined;
  /** How many jobs may wait and run at a time; undefined: any number. */
  readonly maxSubmitJobs: number | undefined;
  readonly maxWallMinutes: number | undefined;
  readonly maxTresPerJob: Tres;
  /** What all jobs together may use at a time. */
  readonly groupTres: Tres;
}

/** A quality of service: a priority and limits that go with it. */
export interface Qos {
  readonly name: string;
  readonly priority: number;
  readonly maxWallMinutes: number | undefined;
  readonly maxTresPerUser: Tres;
  readonly maxTresPerJob: Tres;
  readonly maxJobsPerUser: number | undefined;
  readonly maxSubmitJobsPerUser: number | undefined;
  /** Slurm's words, as in DenyOnLimit. */
  readonly flags: readonly string[];
}

const associationColumns =
  'Cluster,Account,User,Partition,QOS,DefaultQOS,MaxJobs,MaxSubmitJobs,MaxWall,MaxTRES,GrpTRES,DefaultAccount'.split(
    ',',
  );

const qosColumns = 'Name,Priority,MaxWall,MaxTRESPU,MaxTRES,MaxJobsPU,MaxSubmitPU,Flags'.split(',');

/**
 * `sacctmgr show user withassoc`, which knows the default account (`show assoc` leaves it empty). Names in accounting
 * are an administrator's, so its fixed `|` will do. Source: sacctmgr(1).
 */
export function buildAssociations(user: string): SlurmCall {
  const words = ['--parsable2', '--readonly', 'show', 'user', `name=${checkUser(user)}`, 'withassoc'];
  return { tool: 'sacctmgr', words: [...words, `format=${associationColumns.join(',')}`] };
}

/** `sacctmgr show qos`. Source: sacctmgr(1). */
export function buildQos(): SlurmCall {
  return { tool: 'sacctmgr', words: ['--parsable2', '--readonly', 'show', 'qos', `format=${qosColumns.join(',')}`] };
}

/** The associations in the answer, those of the default account first; empty for a user whom the accounting does not know. */
export function parseAssociations(stdout: string): Association[] {
  const tool = 'sacctmgr show user';
  const rows = parseRows(tool, stdout, 'Cluster', associationColumns.length);
  const associations = readAnswer(tool, stdout, () => rows.map(parseAssociation));
  return associations.toSorted((one, other) => Number(other.isDefault) - Number(one.isDefault));
}

/** The qualities of service in the answer. */
export function parseQos(stdout: string): Qos[] {
  const rows = parseRows('sacctmgr show qos', stdout, 'Name', qosColumns.length);
  return readAnswer('sacctmgr show qos', stdout, () => rows.map(parseOneQos));
}

/** The heading proves that the answer is one; its words differ between releases, its first and its number do not. */
function parseRows(tool: string, stdout: string, firstHeading: string, width: number): string[][] {
  const lines = stdout.split('\n');
  if (lines.pop() !== '') throw unparsable(tool, 'its end is missing', stdout);
  const heading = lines.findIndex((line) => line.startsWith(`${firstHeading}|`));
  if (heading < 0) throw unparsable(tool, 'its heading is missing', stdout);
  const rows = lines.slice(heading).map((line) => line.split('|'));
  if (rows.some((row) => row.length !== width)) throw unparsable(tool, 'a row has a wrong number of cells', stdout);
  return rows.slice(1);
}

const list = (text: string) => text.split(',').filter((name) => name !== '');

function parseAssociation(cells: readonly string[]): Association {
  const [cluster = '', account = '', user = '', partition = '', qos = '', defaultQos = '', ...limits] = cells;
  const [maxJobs, maxSubmitJobs, maxWall = '', maxTres = '', groupTres = '', defaultAccount] = limits;
  return {
    cluster,
    account,
    user,
    isDefault: account === defaultAccount,
    partition: partition || undefined,
    qos: list(qos),
    defaultQos: defaultQos || undefined,
    maxJobs: parseCount(maxJobs),
    maxSubmitJobs: parseCount(maxSubmitJobs),
    maxWallMinutes: parseDurationMinutes(maxWall),
    maxTresPerJob: parseTres(maxTres),
    groupTres: parseTres(groupTres),
  };
}

function parseOneQos(cells: readonly string[]): Qos {
  const [name = '', priority = '', maxWall = '', perUser = '', perJob = '', jobs, submitJobs, flags = ''] = cells;
  return {
    name,
    priority: parseCount(priority) ?? 0,
    maxWallMinutes: parseDurationMinutes(maxWall),
    maxTresPerUser: parseTres(perUser),
    maxTresPerJob: parseTres(perJob),
    maxJobsPerUser: parseCount(jobs),
    maxSubmitJobsPerUser: parseCount(submitJobs),
    flags: list(flags),
  };
}

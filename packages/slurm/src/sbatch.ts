import { checkJobName, checkOption } from './argument-checks.js';
import { readAnswer } from './reading.js';
import type { SlurmCall } from './slurm-environment.js';
import { unparsable } from './slurm-error.js';
import { parseTimestamp } from './timestamp.js';

/** What to submit. Nothing secret and nothing that a user typed belongs into `args`: everybody on the node sees argv. */
export interface Submission {
  /** The whole batch script; goes to standard input. */
  readonly script: string;
  readonly jobName?: string;
  /** Long options of sbatch(1), as in `--hold`. They win over the script's `#SBATCH` lines. */
  readonly args?: readonly string[];
}

/** A job that Slurm has taken. */
export interface SubmittedJob {
  readonly jobId: string;
  /** The cluster, where sbatch was asked to choose among several. */
  readonly cluster?: string;
}

/** When and where a job would start if it were submitted now. */
export interface ExpectedStart {
  readonly expectedStart?: Date;
  readonly nodes?: string;
  readonly partition?: string;
  /** Slurm's own words. */
  readonly message: string;
}

/** `sbatch --parsable`, the script on standard input. Source: sbatch(1). */
export function buildSubmit(submission: Submission): SlurmCall {
  return { tool: 'sbatch', words: ['--parsable', ...options(submission)], stdin: submission.script, startsJob: true };
}

/** `sbatch --test-only`: checks the script and estimates the start; submits nothing. Source: sbatch(1). */
export function buildTestSubmit(submission: Submission): SlurmCall {
  return { tool: 'sbatch', words: ['--test-only', ...options(submission)], stdin: submission.script };
}

function options(submission: Submission): string[] {
  const name = submission.jobName === undefined ? [] : [`--job-name=${checkJobName(submission.jobName)}`];
  return [...name, ...(submission.args ?? []).map(checkOption)];
}

/**
 * `123` or `123;cluster` on the last line; what a login shell or a site's wrapper prints before it is skipped.
 * @throws SlurmError `unparsable`: the job may have been taken.
 */
export function parseSubmit(stdout: string): SubmittedJob {
  const last = stdout.trimEnd().split('\n').at(-1) ?? '';
  const match = /^(\d+)(?:;(\S+))?$/.exec(last.trim());
  if (match?.[1] === undefined) throw unparsable('sbatch', 'it does not end with a job id', stdout);
  return match[2] === undefined ? { jobId: match[1] } : { jobId: match[1], cluster: match[2] };
}

/**
 * Reads `sbatch: Job 12 to start at 1795391453 using 1 processors on nodes cn1 in partition batch`, which comes on
 * standard error. Only the message is given back when Slurm's sentence is another one.
 */
export function parseTestSubmit(stderr: string): ExpectedStart {
  const sentence = /^sbatch: (Job \S+ to start at (\S+) using .*? on nodes? (\S+)(?: in partition (\S+))?.*)$/m.exec(
    stderr,
  );
  if (sentence === null) return { message: stderr.trim() };
  const [, message = '', time = '', nodes, partition] = sentence;
  const expectedStart = readAnswer('sbatch', stderr, () => parseTimestamp(time));
  return {
    message: message.trim(),
    ...(expectedStart && { expectedStart }),
    ...(nodes && { nodes }),
    ...(partition && { partition }),
  };
}

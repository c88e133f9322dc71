import { checkJobId, checkJobName, checkSignal } from './argument-checks.js';
import type { SlurmCall } from './slurm-environment.js';

/** How to cancel. */
export interface CancelOptions {
  /** Send this signal to the batch script and all steps instead of ending the job. */
  readonly signal?: string;
  /** Only a job of this name is hit: job ids start again some day, and a wrong id must not end another job. */
  readonly name?: string;
}

/** `scancel`; `--full` makes a signal reach the batch script and its children too. Source: scancel(1). */
export function buildCancel(jobId: string, options: CancelOptions = {}): SlurmCall {
  const name = options.name === undefined ? [] : [`--name=${checkJobName(options.name)}`];
  const signal = options.signal === undefined ? [] : ['--full', `--signal=${checkSignal(options.signal)}`];
  return { tool: 'scancel', words: [...name, ...signal, checkJobId(jobId)] };
}

/** Does scancel say that there is nothing left to cancel? */
export function saysAlreadyGone(stderr: string): boolean {
  return /invalid job id specified|already completing or completed|job is already|no longer exists/i.test(stderr);
}

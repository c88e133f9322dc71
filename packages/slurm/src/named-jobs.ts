import { checkJobName } from './argument-checks.js';
import { type JobPhase, jobPhase } from './job-state.js';
import { parseSeparatedTable } from './separated-table.js';
import type { SlurmCall } from './slurm-environment.js';
import { unparsable } from './slurm-error.js';

/** A job of which only its owner and where it stands are asked. */
export interface NamedJob {
  readonly jobId: string;
  readonly name: string;
  readonly user: string;
  /** Slurm's word, as in RUNNING. */
  readonly state: string;
  readonly phase: JobPhase;
}

/** Few columns: the queue of a large machine has tens of thousands of jobs, and squeue cannot be asked for the start of a name. */
const columns = ['JobID', 'Name', 'UserName', 'State', 'Reason'] as const;

/** One squeue for every job that waits or runs. Source: squeue(1), option --Format. */
export function buildNamedJobs(separator: string): SlurmCall {
  const format = columns.map((column) => `${column}:0${separator}`).join(',');
  return { tool: 'squeue', words: ['--all', '--local', `--Format=${format}`] };
}

/**
 * The jobs whose names begin with `start`.
 * @throws SlurmError `unparsable`, never an empty list for an answer that is not one.
 */
export function parseNamedJobs(stdout: string, start: string, separator: string): NamedJob[] {
  checkJobName(start);
  const rows = parseSeparatedTable(stdout, { tool: 'squeue', separator, columns, firstHeading: 'JOBID' });
  return rows
    .filter((row) => row.Name.startsWith(start))
    .map((row) => {
      if (!/^\d+$/.test(row.JobID)) throw unparsable('squeue', 'a job id is missing', stdout);
      const phase = jobPhase(row.State, row.Reason);
      return { jobId: row.JobID, name: row.Name, user: row.UserName, state: row.State, phase };
    });
}

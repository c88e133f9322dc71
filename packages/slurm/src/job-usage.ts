import { checkJobNumber } from './argument-checks.js';
import { parseDurationSeconds } from './duration.js';
import { readAnswer } from './reading.js';
import { parseSeparatedTable } from './separated-table.js';
import type { SlurmCall } from './slurm-environment.js';
import { parseMemoryBytes, parseTres } from './tres.js';

/** What a job was given. */
export interface Allocation {
  readonly elapsedSeconds: number | undefined;
  readonly cpus: number | undefined;
  readonly allocatedMemoryBytes: number | undefined;
  /** 0: none, as far as the site counts GPUs (slurm.conf AccountingStorageTRES). */
  readonly gpus: number;
}

/** What its processes used; undefined where the site does not measure it (slurm.conf JobAcctGatherType). */
export interface Consumption {
  /** Processor time of all its processes so far. */
  readonly cpuSeconds: number | undefined;
  /** Now; of a job that has ended undefined. */
  readonly memoryBytes: number | undefined;
  /** The most that one task of any step had. */
  readonly peakMemoryBytes: number | undefined;
  /** Per cent, summed over its GPUs; only where Slurm was built with the GPU's own library (gres.conf AutoDetect). */
  readonly gpuPercent: number | undefined;
  readonly gpuMemoryBytes: number | undefined;
}

/** A job's share of the cluster, and what it makes of it. */
export interface JobUsage extends Allocation, Consumption {}

const MEBIBYTE = 1024 ** 2;
const allocationColumns = ['JobID', 'tres-alloc', 'TimeUsed'] as const;
const stepColumns = ['JobID', 'MaxRSS', 'TRESUsageInTot'] as const;
const finalColumns = ['JobIDRaw', 'AllocTRES', 'ElapsedRaw', 'TotalCPU', 'MaxRSS', 'TRESUsageInTot'] as const;

/** What a running job has. Source: squeue(1), option --Format. */
export function buildAllocation(jobId: string, separator: string): SlurmCall {
  const format = allocationColumns.map((column) => `${column}:0${separator}`).join(',');
  return { tool: 'squeue', words: ['--all', '--local', `--jobs=${checkJobNumber(jobId)}`, `--Format=${format}`] };
}

/** Undefined when the answer has no such job. */
export function parseAllocation(stdout: string, separator: string): Allocation | undefined {
  const shape = { tool: 'squeue', separator, columns: allocationColumns, firstHeading: 'JOBID' };
  const [row] = parseSeparatedTable(stdout, shape);
  return row && readAnswer('squeue', stdout, () => readAllocation(row['tres-alloc'], row.TimeUsed));
}

/** What the steps of a running job use now. sstat lets nobody choose its separator; no text of a user is in these columns. */
export function buildStepUsage(jobId: string): SlurmCall {
  const words = ['--allsteps', `--jobs=${checkJobNumber(jobId)}`, '--parsable', `--format=${stepColumns.join(',')}`];
  return { tool: 'sstat', words };
}

/** Nothing is known of a job whose steps sstat does not list: between its start and its first step, or after its end. */
export function parseStepUsage(stdout: string): Consumption {
  const shape = { tool: 'sstat', separator: '|', columns: stepColumns, firstHeading: 'JobID' };
  const rows = parseSeparatedTable(stdout, shape);
  return readAnswer('sstat', stdout, () => {
    const steps = rows.map((row) => readTotals(row.TRESUsageInTot));
    return {
      cpuSeconds: sum(steps.map(({ cpu }) => (cpu === undefined ? undefined : parseDurationSeconds(cpu)))),
      memoryBytes: sum(steps.map(({ mem }) => readSize(mem))),
      ...readPeaks(rows, steps),
    };
  });
}

/** The whole usage of a job that has ended. Source: sacct(1). */
export function buildFinalUsage(jobId: string, separator: string): SlurmCall {
  const words = [`--jobs=${checkJobNumber(jobId)}`, '--parsable', `--delimiter=${separator}`];
  return { tool: 'sacct', words: [...words, `--format=${finalColumns.join(',')}`] };
}

/** Undefined when the database does not have the job. */
export function parseFinalUsage(stdout: string, separator: string): JobUsage | undefined {
  const shape = { tool: 'sacct', separator, columns: finalColumns, firstHeading: 'JobIDRaw' };
  const [job, ...steps] = parseSeparatedTable(stdout, shape);
  return (
    job &&
    readAnswer('sacct', stdout, () => ({
      ...readAllocation(job.AllocTRES, undefined),
      elapsedSeconds: Number(job.ElapsedRaw),
      cpuSeconds: parseDurationSeconds(job.TotalCPU),
      memoryBytes: undefined,
      ...readPeaks(
        steps,
        steps.map((step) => readTotals(step.TRESUsageInTot)),
      ),
    }))
  );
}

function readAllocation(tres: string, elapsed: string | undefined): Allocation {
  const { cpu, mem, 'gres/gpu': gpus = 0 } = parseTres(tres);
  return {
    elapsedSeconds: elapsed === undefined ? undefined : parseDurationSeconds(elapsed),
    cpus: cpu,
    allocatedMemoryBytes: mem === undefined ? undefined : mem * MEBIBYTE,
    gpus,
  };
}

function readPeaks(rows: readonly { MaxRSS: string }[], steps: readonly Totals[]) {
  const peaks = rows.flatMap(({ MaxRSS }) => parseMemoryBytes(MaxRSS) ?? []);
  return {
    peakMemoryBytes: peaks.length === 0 ? undefined : Math.max(...peaks),
    gpuPercent: sum(
      steps.map((step) => (step['gres/gpuutil'] === undefined ? undefined : Number(step['gres/gpuutil']))),
    ),
    gpuMemoryBytes: sum(steps.map((step) => readSize(step['gres/gpumem']))),
  };
}

type Totals = Readonly<Record<string, string>>;

/** `cpu=00:00:05,mem=314307K` by name, the values as Slurm writes them. */
function readTotals(text: string): Totals {
  return Object.fromEntries(text.split(',').flatMap((item) => (item.includes('=') ? [item.split('=', 2)] : [])));
}

function readSize(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseMemoryBytes(text);
}

/** Of what is known; undefined where nothing is. */
function sum(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((total, value) => total + value, 0);
}

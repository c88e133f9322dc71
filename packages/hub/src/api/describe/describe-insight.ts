import type { JobUsage } from '@juhub/slurm';
import type { LastAnswer } from '../../sites/kept-answers.js';
import type { Usage } from '../../spawn/job-insight.js';
import type { AskedBody, UsageBody } from '../shapes/insight-shape.js';
import { writeMomentOf } from './write-moment.js';

/** When a site said something, and why it could not be asked since. Pure. */
export function describeAsked({ askedAt, problem, problemHop }: LastAnswer<unknown>): AskedBody {
  return { askedAt: writeMomentOf(askedAt ?? null), problem: problem ?? null, problemHop: problemHop ?? null };
}

/** Describes what a job has and uses. Pure. */
export function describeUsage(usage: Usage): UsageBody {
  const of = (name: keyof JobUsage) => usage.value?.[name] ?? null;
  return {
    none: usage.none ?? null,
    elapsedSeconds: of('elapsedSeconds'),
    cpus: of('cpus'),
    cpuSeconds: of('cpuSeconds'),
    allocatedMemoryBytes: of('allocatedMemoryBytes'),
    memoryBytes: of('memoryBytes'),
    peakMemoryBytes: of('peakMemoryBytes'),
    gpus: of('gpus'),
    gpuPercent: of('gpuPercent'),
    gpuMemoryBytes: of('gpuMemoryBytes'),
    ...describeAsked(usage),
  };
}

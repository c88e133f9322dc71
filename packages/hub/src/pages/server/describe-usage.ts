import type { JobUsage } from '@juhub/slurm';
import type { Say } from '../../messages/say.js';
import type { Usage } from '../../spawn/job-insight.js';
import type { Fact } from '../words/describe-choices.js';
import { sayDuration } from '../words/say-duration.js';
import { sayMemory } from '../words/say-memory.js';

/** What a job has and uses, in words. */
export interface UsageView {
  readonly facts: readonly Fact[];
  /** Why there is nothing to tell, or why it is old. */
  readonly note?: string | undefined;
  /** In the words of whatever failed. */
  readonly problem?: string | undefined;
}

const MEBIBYTE = 1024 ** 2;

/** Says what a job has and uses, and what its site does not measure. Pure. */
export function describeUsage({ value, problem, none }: Usage, isOver: boolean, say: Say): UsageView {
  const facts = value === undefined ? [] : listFacts(value, isOver, say);
  if (problem !== undefined) {
    return { facts, note: say('log.usage.problem'), problem };
  }
  return { facts, note: facts.length === 0 ? say('log.usage.none', { why: none ?? 'other' }) : undefined };
}

function listFacts(usage: JobUsage, isOver: boolean, say: Say): Fact[] {
  const { elapsedSeconds, gpus } = usage;
  const label = say(isOver ? 'log.usage.elapsedAtEnd' : 'log.usage.elapsed');
  return [
    ...(elapsedSeconds === undefined ? [] : [{ label, value: sayDuration(elapsedSeconds) }]),
    ...(usage.cpus === undefined ? [] : [{ label: say('log.usage.cpu'), value: sayCores(usage, usage.cpus, say) }]),
    ...(usage.allocatedMemoryBytes === undefined
      ? []
      : [{ label: say('log.usage.memory'), value: sayMemoryUse(usage, usage.allocatedMemoryBytes, say) }]),
    ...(gpus === 0 ? [] : [{ label: say('log.usage.gpu'), value: sayGpus(usage, say) }]),
  ];
}

function sayCores({ cpuSeconds, elapsedSeconds }: JobUsage, cores: number, say: Say): string {
  if (cpuSeconds === undefined || elapsedSeconds === undefined || elapsedSeconds === 0) {
    return say('log.usage.coresOnly', { cores });
  }
  // Both are whole seconds and asked a moment apart.
  const busy = Math.min(cores, cpuSeconds / elapsedSeconds);
  return say('log.usage.cores', { busy: writeNumber(busy, say), cores });
}

function sayMemoryUse({ memoryBytes, peakMemoryBytes }: JobUsage, allocatedBytes: number, say: Say): string {
  const all = sayBytes(allocatedBytes);
  if (peakMemoryBytes === undefined) {
    return say('log.usage.memoryOnly', { all });
  }
  const peak = sayBytes(Math.max(peakMemoryBytes, memoryBytes ?? 0));
  return memoryBytes === undefined
    ? say('log.usage.memoryPeak', { peak, all })
    : say('log.usage.memoryNow', { now: sayBytes(memoryBytes), peak, all });
}

function sayGpus({ gpus, gpuPercent, gpuMemoryBytes }: JobUsage, say: Say): string {
  if (gpuPercent === undefined) {
    return say('log.usage.gpusOnly', { gpus });
  }
  const memory = gpuMemoryBytes === undefined ? 'none' : sayBytes(gpuMemoryBytes);
  return say('log.usage.gpus', { gpus, percent: Math.round(gpuPercent), memory });
}

function sayBytes(bytes: number): string {
  return sayMemory(Math.round(bytes / MEBIBYTE));
}

function writeNumber(number: number, say: Say): string {
  return new Intl.NumberFormat(say.language, { maximumFractionDigits: 1 }).format(number);
}

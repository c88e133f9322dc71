import { explainReason } from './reasons.js';
import type { SlurmCall } from './slurm-environment.js';
import { unparsable } from './slurm-error.js';

/** Where a job stands among those that wait for nodes of the same partition. */
export interface QueuePosition {
  readonly partition: string;
  /** 1: the first. By priority; a small job may be started before its turn (backfill). */
  readonly position: number;
  /** How many wait there. */
  readonly of: number;
}

interface PendingJob {
  readonly jobId: string;
  readonly partition: string;
  readonly priority: number;
}

/**
 * Every job that waits, in one squeue with few and short columns: the queue of a large machine has tens of thousands.
 * None of the columns holds text of a user. Tasks of an array that still wait are one line. Source: squeue(1), --format.
 */
export function buildPending(): SlurmCall {
  return { tool: 'squeue', words: ['--all', '--local', '--states=PENDING', '--format=%A %P %Q %r'] };
}

/**
 * The positions of all jobs that compete for nodes, by job id. Jobs that could not start if all nodes were free (held,
 * before their time, after another job, never) have none and stand in nobody's way. A job that asks for one of several
 * partitions stands in the queue of each; its position is its best one.
 *
 * @throws SlurmError `unparsable`
 */
export function parsePending(stdout: string): ReadonlyMap<string, QueuePosition> {
  const lines = stdout.split('\n');
  if (!/^JOBID PARTITION PRIORITY REASON\s*$/.test(lines[0] ?? '')) {
    throw unparsable('squeue', 'its heading is missing', stdout);
  }
  if (lines.pop() !== '') {
    throw unparsable('squeue', 'its end is missing', stdout);
  }
  return rank(readJobs(lines.slice(1), stdout));
}

/** Thousands of jobs have few different reasons. */
function readJobs(lines: readonly string[], stdout: string): PendingJob[] {
  const verdicts = new Map<string, boolean>();
  return lines.flatMap((line) => {
    const [, jobId = '', partitions = '', priority, reason = ''] = /^(\d+) (\S+) (\d+) (.*)$/.exec(line) ?? [];
    if (jobId === '') {
      throw unparsable('squeue', 'a line is incomplete', stdout);
    }
    const competes = verdicts.get(reason) ?? isInLine(reason);
    verdicts.set(reason, competes);
    return competes ? partitions.split(',').map((partition) => ({ jobId, partition, priority: Number(priority) })) : [];
  });
}

function isInLine(reason: string): boolean {
  const { code, starts } = explainReason(reason);
  return (starts === 'by-itself' || starts === 'after-others') && code !== 'BeginTime' && code !== 'Dependency';
}

function rank(jobs: readonly PendingJob[]): ReadonlyMap<string, QueuePosition> {
  const positions = new Map<string, QueuePosition>();
  for (const [partition, waiting] of groupByPartition(jobs)) {
    waiting.sort((one, other) => other.priority - one.priority || Number(one.jobId) - Number(other.jobId));
    for (const [index, { jobId }] of waiting.entries()) {
      const known = positions.get(jobId);
      if (known === undefined || index + 1 < known.position) {
        positions.set(jobId, { partition, position: index + 1, of: waiting.length });
      }
    }
  }
  return positions;
}

function groupByPartition(jobs: readonly PendingJob[]): Map<string, PendingJob[]> {
  const queues = new Map<string, PendingJob[]>();
  for (const job of jobs) {
    const queue = queues.get(job.partition) ?? [];
    queue.push(job);
    queues.set(job.partition, queue);
  }
  return queues;
}

import type { JobStatus } from './scheduler/scheduler.js';

/** Why a server ended, for programs. The words for people stand beside it in the row. */
export type EndReason =
  | 'stopped'
  | 'wall-time'
  | 'out-of-memory'
  | 'node-failure'
  | 'preempted'
  | 'cancelled'
  | 'failed'
  | 'finished'
  | 'refused'
  | 'no-start'
  | 'vanished';

/** An end: its code, and what happened in plain words with what one can do. */
export interface End {
  readonly reason: EndReason;
  readonly message: string;
}

const WALL_TIME: End = {
  reason: 'wall-time',
  message: 'The run time that was asked for is over. Start again with a longer one.',
};

/** What the scheduler's word for an ended job means (https://slurm.schedmd.com/squeue.html#SECTION_JOB-STATE-CODES). */
const BY_STATE: Readonly<Record<string, End>> = {
  TIMEOUT: WALL_TIME,
  DEADLINE: { reason: 'wall-time', message: 'The deadline of the job has passed.' },
  OUT_OF_MEMORY: {
    reason: 'out-of-memory',
    message: 'The server used more memory than its job had. Start again with more, or on a node type with more memory.',
  },
  NODE_FAIL: { reason: 'node-failure', message: 'The compute node failed. Nothing you did caused it; start again.' },
  BOOT_FAIL: { reason: 'node-failure', message: 'The compute node could not be started. Start again.' },
  PREEMPTED: { reason: 'preempted', message: 'A job with a higher priority needed the node. Start again.' },
  REVOKED: { reason: 'cancelled', message: 'The job was moved to another cluster by its scheduler.' },
  KILLED: { reason: 'failed', message: 'The server was killed, or its login node was restarted. Start again.' },
};

/**
 * Says why a server ended.
 *
 * @param status the scheduler's last definite word; undefined when it has no record of the job
 * @param context what the hub knows, and the notes that the job script left (see EndNotes)
 */
export function explainEnd(
  status: JobStatus | undefined,
  context: { stopRequested: boolean; wasReady: boolean; failure?: string; isWallTime?: boolean },
): End {
  if (context.stopRequested) {
    return { reason: 'stopped', message: 'You stopped it.' };
  }
  if (context.failure !== undefined) {
    return { reason: 'failed', message: context.failure };
  }
  if (context.isWallTime) {
    return WALL_TIME;
  }
  if (status === undefined) {
    return {
      reason: 'vanished',
      message: 'The scheduler has no record of the job any more, neither in its queue nor in its accounting.',
    };
  }
  const state = status.state.split(/[ +]/)[0] ?? '';
  const known = BY_STATE[state];
  if (known !== undefined) {
    return known;
  }
  if (state === 'CANCELLED') {
    return { reason: 'cancelled', message: 'The job was cancelled on the cluster, by you or by an administrator.' };
  }
  if (state === 'COMPLETED') {
    return context.wasReady
      ? { reason: 'finished', message: 'The server shut itself down.' }
      : { reason: 'failed', message: 'The job ended before its server was ready. The log below says more.' };
  }
  const code = status.exitCode ? ` with exit code ${status.exitCode}` : '';
  return { reason: 'failed', message: `The job ended${code} (${status.state}). The log below says more.` };
}

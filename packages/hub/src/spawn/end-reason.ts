import type { MessageValues } from '../messages/say.js';
import { sayIn } from '../messages/say.js';
import { isOutOfMemory } from './out-of-memory.js';
import type { JobStatus } from './scheduler/scheduler.js';

/** Every reason for which a server can end. */
export const END_REASONS = [
  'stopped',
  'idle',
  'wall-time',
  'out-of-memory',
  'node-failure',
  'preempted',
  'cancelled',
  'failed',
  'finished',
  'refused',
  'no-start',
  'vanished',
] as const;

/** Why a server ended, for programs. */
export type EndReason = (typeof END_REASONS)[number];

/** The same as finely as it can be told: each has a message `life.end.…`. */
export type EndCode =
  | 'stopped'
  | 'stopped-by-admin'
  | 'idle'
  | 'idle-busy'
  | 'wall-time'
  | 'deadline'
  | 'out-of-memory'
  | 'node-failed'
  | 'node-not-booted'
  | 'preempted'
  | 'cancelled'
  | 'moved-away'
  | 'killed'
  | 'script-failed'
  | 'ended-early'
  | 'exit-code'
  | 'signal'
  | 'unclear'
  | 'finished'
  | 'refused'
  | 'no-folder'
  | 'too-late'
  | 'foreign-host'
  | 'vanished';

/** An end, so that it can be told in any language. */
export interface End {
  readonly reason: EndReason;
  readonly code: EndCode;
  /** What fills the message; `words` are those of the job script or of the site, and stay as they are. */
  readonly values?: MessageValues;
}

/** What the scheduler's word for an ended job means (https://slurm.schedmd.com/squeue.html#SECTION_JOB-STATE-CODES). */
const BY_STATE: Readonly<Record<string, End>> = {
  TIMEOUT: { reason: 'wall-time', code: 'wall-time' },
  DEADLINE: { reason: 'wall-time', code: 'deadline' },
  NODE_FAIL: { reason: 'node-failure', code: 'node-failed' },
  BOOT_FAIL: { reason: 'node-failure', code: 'node-not-booted' },
  PREEMPTED: { reason: 'preempted', code: 'preempted' },
  REVOKED: { reason: 'cancelled', code: 'moved-away' },
  KILLED: { reason: 'failed', code: 'killed' },
  CANCELLED: { reason: 'cancelled', code: 'cancelled' },
};

/** What is known of an end besides the scheduler's word. */
export interface EndContext {
  /** Whoever asked for the stop. */
  readonly stoppedBy?: 'owner' | 'administrator';
  readonly wasReady: boolean;
  /** What the job script says of its failure, and whether it ended the server for the wall time (see EndNotes). */
  readonly failure?: string;
  readonly isWallTime?: boolean;
  /** The end of the job's output: Slurm writes there what it killed the job for. */
  readonly log?: string | undefined;
}

/**
 * Says why a server ended.
 *
 * @param status the scheduler's last definite word; undefined when it has no record of the job
 */
export function explainEnd(status: JobStatus | undefined, context: EndContext): End {
  if (context.stoppedBy !== undefined) {
    return { reason: 'stopped', code: context.stoppedBy === 'owner' ? 'stopped' : 'stopped-by-admin' };
  }
  if (context.isWallTime) {
    return { reason: 'wall-time', code: 'wall-time' };
  }
  if (status !== undefined && isOutOfMemory(status, context.log ?? '')) {
    return { reason: 'out-of-memory', code: 'out-of-memory' };
  }
  if (context.failure !== undefined) {
    return { reason: 'failed', code: 'script-failed', values: { words: context.failure } };
  }
  return status === undefined ? { reason: 'vanished', code: 'vanished' } : explainState(status, context);
}

function explainState(status: JobStatus, { wasReady }: EndContext): End {
  const state = status.state.split(/[ +]/)[0] ?? '';
  const known = BY_STATE[state];
  if (known !== undefined) {
    return known;
  }
  if (state === 'COMPLETED') {
    return wasReady ? { reason: 'finished', code: 'finished' } : { reason: 'failed', code: 'ended-early' };
  }
  const [code = '', signal = '0'] = (status.exitCode ?? '').split(':');
  if (signal !== '0') {
    return { reason: 'failed', code: 'signal', values: { signal, state } };
  }
  return code === ''
    ? { reason: 'failed', code: 'unclear', values: { state } }
    : { reason: 'failed', code: 'exit-code', values: { code, state } };
}

/** An end in English, as the API and the log tell it: with the words of the job script or of the site. */
export function writeEnd({ code, values = {} }: End): string {
  const text = sayIn.en(`life.end.${code}`, values);
  return values.words === undefined ? text : `${text} ${values.words}`;
}

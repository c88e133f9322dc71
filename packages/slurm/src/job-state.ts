/**
 * What a job's state means to the person who waits for it, in the order of a job's life:
 * held (will not start until someone releases it), pending, starting (nodes are being made ready), running,
 * paused (has its nodes, but its processes stand still), stopping (processes ended, nodes not yet free), ended.
 * `unknown` is a state that this table does not have: the job is neither started nor gone as far as we know.
 */
export type JobPhase = 'held' | 'pending' | 'starting' | 'running' | 'paused' | 'stopping' | 'ended' | 'unknown';

/** One state of Slurm. */
export interface JobState {
  /** Slurm's word, as in RUNNING. */
  readonly name: string;
  /** The two letters of squeue's short form, where it has one. */
  readonly code: string;
  readonly phase: JobPhase;
  /** True when the job will not run (again) in this life. A requeued job starts a new life as PENDING. */
  readonly over: boolean;
  /** Sorts states along a job's life; states of one phase have the same number. */
  readonly order: number;
  /** What it means, in plain words. */
  readonly text: string;
  /** Where Slurm describes it. */
  readonly link: string;
}

const order: Record<JobPhase, number> = {
  unknown: 0,
  held: 1,
  pending: 2,
  starting: 3,
  running: 4,
  paused: 5,
  stopping: 6,
  ended: 7,
};

const squeuePage = 'https://slurm.schedmd.com/squeue.html';
const codesPage = 'https://slurm.schedmd.com/job_state_codes.html';

function state(name: string, code: string, phase: JobPhase, text: string): JobState {
  // Flags that squeue has no letters for are described on the page of all codes alone.
  const link = code === '' ? `${codesPage}#flags` : `${squeuePage}#OPT_${name}`;
  return { name, code, phase, over: phase === 'ended', order: order[phase], text, link };
}

/**
 * Every state and flag that Slurm prints as a job's state, 22.05 to 25.05.
 * Sources: "JOB STATE CODES" in squeue(1) and sacct(1), https://slurm.schedmd.com/job_state_codes.html.
 */
export const jobStates: readonly JobState[] = [
  state('PENDING', 'PD', 'pending', 'waits in the queue'),
  state('REQUEUED', 'RQ', 'pending', 'is put back into the queue'),
  state('REQUEUE_FED', 'RF', 'pending', 'is put back into the queue by the federation of clusters'),
  state('EXPEDITING', 'EX', 'pending', 'is started again with priority after a failure'),
  state('REQUEUE_HOLD', 'RH', 'held', 'was put back into the queue and is held until it is released'),
  state('SPECIAL_EXIT', 'SE', 'held', 'was put back into the queue for a special exit code and is held'),
  state('RESV_DEL_HOLD', 'RD', 'held', 'is held because its reservation was deleted'),
  state('CONFIGURING', 'CF', 'starting', 'has its nodes, which are being made ready'),
  state('POWER_UP_NODE', '', 'starting', 'has its nodes, which are being switched on'),
  state('RUNNING', 'R', 'running', 'runs'),
  state('RESIZING', 'RS', 'running', 'runs and changes its size'),
  state('SIGNALING', 'SI', 'running', 'runs and is being sent a signal'),
  state('UPDATE_DB', '', 'running', 'runs and is being recorded'),
  state('SUSPENDED', 'S', 'paused', 'is suspended; its processor cores may serve other jobs'),
  state('STOPPED', 'ST', 'paused', 'is stopped and keeps its processor cores'),
  state('COMPLETING', 'CG', 'stopping', 'has ended and is being cleaned up'),
  state('STAGE_OUT', 'SO', 'stopping', 'has ended and its files are being copied out'),
  state('COMPLETED', 'CD', 'ended', 'ended well'),
  state('CANCELLED', 'CA', 'ended', 'was cancelled by its user or an administrator'),
  state('FAILED', 'F', 'ended', 'failed'),
  state('TIMEOUT', 'TO', 'ended', 'reached its time limit'),
  state('DEADLINE', 'DL', 'ended', 'could not end before its deadline'),
  state('OUT_OF_MEMORY', 'OOM', 'ended', 'used more memory than it had asked for'),
  state('NODE_FAIL', 'NF', 'ended', 'ended because one of its nodes failed'),
  state('BOOT_FAIL', 'BF', 'ended', 'ended because a node did not boot'),
  state('LAUNCH_FAILED', '', 'ended', 'could not be launched on its nodes'),
  state('RECONFIG_FAIL', '', 'ended', 'ended because its nodes could not be set up'),
  state('PREEMPTED', 'PR', 'ended', 'had to make room for a job of higher priority'),
  state('REVOKED', 'RV', 'ended', 'was started on another cluster of the federation'),
];

const byName = new Map(jobStates.flatMap((one) => [[one.name, one] as const, [one.code || one.name, one] as const]));

/**
 * Looks up a state as squeue, scontrol or sacct print it; `CANCELLED by 2001` is CANCELLED.
 * A word that is not in the table comes back as phase `unknown`, not over: it must never end a server.
 */
export function describeJobState(raw: string): JobState {
  const name = raw.trim().split(/\s/, 1)[0]?.toUpperCase() ?? '';
  const unknown = {
    name: raw.trim(),
    code: '',
    phase: 'unknown',
    over: false,
    order: order.unknown,
    text: `is in a state that is not known here (${raw.trim()})`,
    link: codesPage,
  } as const;
  return byName.get(name) ?? unknown;
}

/** The phase of a job of this state; a pending job whose reason says that it is held is `held`. */
export function jobPhase(rawState: string, reason = ''): JobPhase {
  const { phase } = describeJobState(rawState);
  return phase === 'pending' && /^(JobHeld|JobHoldMaxRequeue)/.test(reason) ? 'held' : phase;
}

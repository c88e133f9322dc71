import type { ServerRow } from '../db/server-row.js';

/** A step on the way to a notebook, and how long it took. */
export interface StepTime {
  /** `submit`: until sbatch had answered; `queue`: until the job ran; `start`: until it answered through its tunnel. */
  readonly step: 'submit' | 'queue' | 'start' | 'all';
  readonly seconds: number;
}

/**
 * What a server's move says about the time that its start took. Pure.
 *
 * @param now when it moved
 */
export function timeSteps(row: ServerRow, now: Date): StepTime[] {
  const { state, createdAt, submittedAt, jobStartedAt, readyAt } = row;
  switch (state) {
    case 'submitted':
      return time('submit', createdAt, now);
    case 'starting':
      // After a requeue it starts again: that is no queue that the person saw.
      return readyAt === null ? time('queue', submittedAt, jobStartedAt ?? now) : [];
    case 'ready':
      return [...time('start', jobStartedAt ?? submittedAt, now), ...time('all', createdAt, now)];
    default:
      return [];
  }
}

/** The cluster's clock may be a little ahead of ours: no time is less than none. */
function time(step: StepTime['step'], since: Date | null, until: Date): StepTime[] {
  return since === null ? [] : [{ step, seconds: Math.max(0, (until.getTime() - since.getTime()) / 1000) }];
}

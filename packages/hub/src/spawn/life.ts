import type { MoveCause, ServerState } from '../db/server-row.js';

/** One move that a server's life allows. */
export interface AllowedMove {
  /** The states that it may start from; none for the move that begins a life. */
  readonly from: readonly ServerState[];
  readonly to: ServerState;
  readonly cause: MoveCause;
  /** What happened, in a few words, for the drawing in the docs. */
  readonly meaning: string;
}

/** Every move that there is. The drawing in docs/explanation/life-of-a-server.md is made of it. */
export const MOVES: readonly AllowedMove[] = [
  { from: [], to: 'requested', cause: 'asked', meaning: 'the form was right' },
  { from: ['requested'], to: 'submitted', cause: 'accepted', meaning: 'sbatch gave a job id' },
  { from: ['requested'], to: 'submitted', cause: 'found-again', meaning: 'its job was found by name' },
  { from: ['submitted'], to: 'queued', cause: 'job-waits', meaning: 'the job waits' },
  { from: ['submitted', 'queued'], to: 'starting', cause: 'job-runs', meaning: 'the job runs' },
  {
    from: ['submitted', 'queued', 'starting'],
    to: 'ready',
    cause: 'answered',
    meaning: 'it answered through the tunnel',
  },
  { from: ['ready'], to: 'starting', cause: 'job-restarted', meaning: 'Slurm started the job anew' },
  {
    from: ['requested', 'submitted', 'queued', 'starting', 'ready'],
    to: 'stopping',
    cause: 'stop-asked',
    meaning: 'its owner stopped it',
  },
  {
    from: ['requested', 'submitted', 'queued', 'starting', 'ready'],
    to: 'stopping',
    cause: 'stopped-by-admin',
    meaning: 'an administrator stopped it',
  },
  {
    from: ['submitted', 'queued', 'starting', 'ready'],
    to: 'stopping',
    cause: 'given-up',
    meaning: 'the hub gave it up',
  },
  { from: ['ready'], to: 'stopping', cause: 'idle', meaning: 'nobody used it for too long' },
  { from: ['requested', 'stopping'], to: 'ended', cause: 'refused', meaning: 'the site refused the job' },
  { from: ['stopping'], to: 'ended', cause: 'never-submitted', meaning: 'there was no job yet' },
  {
    from: ['submitted', 'queued', 'starting', 'ready', 'stopping'],
    to: 'ended',
    cause: 'job-over',
    meaning: 'the job is over',
  },
];

/** States of a server on its way to ready. */
export const COMING_STATES: readonly ServerState[] = ['requested', 'submitted', 'queued', 'starting'];

/** States of a server that has not ended. */
export const LIVING_STATES: readonly Exclude<ServerState, 'ended'>[] = [
  'requested',
  'submitted',
  'queued',
  'starting',
  'ready',
  'stopping',
];

/** Somebody wants a move that the table does not have: a mistake in the program, not of anybody who uses it. */
export class ForbiddenMove extends Error {
  readonly code = 'forbidden-move';
  readonly transient = false;

  constructor(from: ServerState | undefined, to: ServerState, cause: MoveCause) {
    super(`A server cannot move ${from === undefined ? '' : `from ${from} `}to ${to} because of “${cause}”.`);
    this.name = 'ForbiddenMove';
  }
}

/**
 * The states from which a server may move to another one for this cause. Pure.
 *
 * @param only the one state that the caller means, where it means one
 * @throws ForbiddenMove when the table has no such move
 */
export function statesBefore(to: ServerState, cause: MoveCause, only?: ServerState): readonly ServerState[] {
  const move = MOVES.find((allowed) => allowed.to === to && allowed.cause === cause);
  if (move === undefined || (only !== undefined && !move.from.includes(only))) {
    throw new ForbiddenMove(only, to, cause);
  }
  return only === undefined ? move.from : [only];
}

import type { MoveCause } from '../db/server-row.js';
import { type MessageValues, sayIn } from '../messages/say.js';
import { type End, writeEnd } from './end-reason.js';

/** The causes that say themselves; the others are told by an end. */
type ToldCause = Exclude<MoveCause, 'given-up' | 'idle' | 'refused' | 'never-submitted' | 'job-over'>;

/** What a history keeps of a move: its cause, what fills the message of it, and that message in English. */
export interface ToldMove {
  readonly cause: MoveCause;
  readonly details: MessageValues;
  readonly message: string;
}

/** Tells of a move by its cause. */
export function tellMove(cause: ToldCause, details: MessageValues = {}): ToldMove {
  return { cause, details, message: sayIn.en(`life.event.${cause}`, details) };
}

/** Tells of a move by the end that it leads to; `end` among the details names the message. */
export function tellEnd(cause: MoveCause, end: End): ToldMove {
  return { cause, details: { ...end.values, end: end.code }, message: writeEnd(end) };
}

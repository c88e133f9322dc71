import { explainReason, type Starts } from '@juhub/slurm';
import type { Say } from '../../messages/say.js';

/** Why a job waits, in words. */
export interface WaitWords {
  /** Slurm's word. */
  readonly code: string;
  readonly starts: Starts;
  /** Whether and when it starts at all. A full sentence. */
  readonly sentence: string;
  /** What Slurm's word means. A full sentence. */
  readonly text: string;
  /** What one can do. A full sentence. */
  readonly advice: string;
  /** What Slurm says itself where that means nothing to us. */
  readonly words?: string | undefined;
}

/** Says why a job waits. @param reason as Slurm prints it */
export function describeWait(reason: string, say: Say): WaitWords {
  const { code, kind, values, starts, advice } = explainReason(reason);
  return {
    code,
    starts,
    sentence: say(`reason.starts.${starts}`),
    text: say(`reason.${kind}`, { owner: 'other', thing: 'other', ...values }),
    advice: say(`reason.advice.${advice}`),
    words: values.words,
  };
}

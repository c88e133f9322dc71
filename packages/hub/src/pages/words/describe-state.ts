import type { ServerRow, ServerState } from '../../db/server-row.js';
import type { Say } from '../../messages/say.js';
import type { EndReason } from '../../spawn/end-reason.js';
import type { WaitWords } from './describe-wait.js';

/** How a state is coloured; never the only sign of it. */
export type Tone = 'waiting' | 'working' | 'good' | 'bad' | 'neutral';

/** A server's state for a person. */
export interface StateWords {
  readonly state: ServerState;
  /** One or two words: `In the queue`. */
  readonly word: string;
  readonly tone: Tone;
  /** The name of a drawing in the page's set of icons. */
  readonly icon: 'hourglass' | 'arrow' | 'check' | 'stop' | 'cross' | 'warning';
  /** One sentence on what is happening. */
  readonly sentence: string;
}

type Look = Pick<StateWords, 'tone' | 'icon'>;

const LIVING: Readonly<Record<Exclude<ServerState, 'ended'>, Look>> = {
  requested: { tone: 'working', icon: 'arrow' },
  submitted: { tone: 'working', icon: 'arrow' },
  queued: { tone: 'waiting', icon: 'hourglass' },
  starting: { tone: 'working', icon: 'arrow' },
  ready: { tone: 'good', icon: 'check' },
  stopping: { tone: 'working', icon: 'stop' },
};

const STOPPED: Look = { tone: 'neutral', icon: 'stop' };
const FAILED: Look = { tone: 'bad', icon: 'cross' };

const ENDED: Readonly<Record<EndReason, Look>> = {
  stopped: STOPPED,
  idle: STOPPED,
  finished: STOPPED,
  cancelled: STOPPED,
  'wall-time': STOPPED,
  'out-of-memory': FAILED,
  'node-failure': FAILED,
  preempted: FAILED,
  failed: FAILED,
  refused: FAILED,
  'no-start': FAILED,
  vanished: FAILED,
};

/**
 * Says what state a server is in.
 *
 * @param around why its job waits, where that is known; whether it waits to be handed to its site
 */
export function describeState(
  { state, endReason, scheduler }: Pick<ServerRow, 'state' | 'endReason' | 'scheduler'>,
  say: Say,
  { wait, isInLine = false }: { wait?: WaitWords | undefined; isInLine?: boolean } = {},
): StateWords {
  if (state === 'ended') {
    const [word, look] = isEndReason(endReason)
      ? [say(`life.reason.${endReason}`), ENDED[endReason]]
      : [say('life.state.ended'), STOPPED];
    return { state, word, ...look, sentence: say('life.now.ended') };
  }
  if (wait?.starts === 'never') {
    return { state, word: say('life.state.never'), tone: 'bad', icon: 'warning', sentence: wait.sentence };
  }
  const word = say(`life.state.${state}`);
  if (isInLine) {
    return { state, word, ...LIVING.queued, sentence: say('life.now.inLine') };
  }
  const sentence = wait?.sentence ?? say(`life.now.${state}`, { kind: scheduler });
  return { state, word, ...LIVING[state], sentence };
}

function isEndReason(reason: string | null): reason is EndReason {
  return reason !== null && Object.hasOwn(ENDED, reason);
}

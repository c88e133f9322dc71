import type { ServerRow, ServerState } from '../../db/server-row.js';
import type { EndReason } from '../../spawn/end-reason.js';

/** How a state is coloured; never the only sign of it. */
export type Tone = 'waiting' | 'working' | 'good' | 'bad' | 'neutral';

/** A server's state for a person. */
export interface StateWords {
  readonly state: ServerState;
  /** One or two words: `In the queue`. */
  readonly word: string;
  readonly tone: Tone;
  /** The name of a drawing in the page's set of icons. */
  readonly icon: 'hourglass' | 'arrow' | 'check' | 'stop' | 'cross';
  /** One sentence on what is happening. */
  readonly sentence: string;
}

type Words = Omit<StateWords, 'state'>;

const LIVING: Readonly<Record<Exclude<ServerState, 'ended'>, Words>> = {
  requested: { word: 'Requested', tone: 'working', icon: 'arrow', sentence: 'The job is being handed to the site.' },
  submitted: { word: 'Submitted', tone: 'working', icon: 'arrow', sentence: 'The site has the job.' },
  queued: { word: 'In the queue', tone: 'waiting', icon: 'hourglass', sentence: 'The job waits for its turn.' },
  starting: { word: 'Starting', tone: 'working', icon: 'arrow', sentence: 'The job runs and Jupyter is starting.' },
  ready: { word: 'Running', tone: 'good', icon: 'check', sentence: 'The server is ready.' },
  stopping: { word: 'Stopping', tone: 'working', icon: 'stop', sentence: 'The job is being ended.' },
};

const STOPPED = { tone: 'neutral', icon: 'stop', sentence: 'The server has ended.' } as const;
const FAILED = { tone: 'bad', icon: 'cross', sentence: 'The server has ended.' } as const;

const ENDED: Readonly<Record<EndReason, Words>> = {
  stopped: { word: 'Stopped', ...STOPPED },
  finished: { word: 'Finished', ...STOPPED },
  cancelled: { word: 'Cancelled', ...STOPPED },
  'wall-time': { word: 'Run time over', ...STOPPED },
  'out-of-memory': { word: 'Out of memory', ...FAILED },
  'node-failure': { word: 'Node failed', ...FAILED },
  preempted: { word: 'Displaced', ...FAILED },
  failed: { word: 'Failed', ...FAILED },
  refused: { word: 'Refused', ...FAILED },
  'no-start': { word: 'Did not start', ...FAILED },
  vanished: { word: 'Lost', ...FAILED },
};

const PROCESS_SENTENCES: Partial<Record<ServerState, string>> = {
  requested: 'The server is being started on the login node.',
  submitted: 'The server is being started on the login node.',
  starting: 'Jupyter is starting on the login node.',
  stopping: 'The server is being ended.',
};

/** Says what state a server is in. */
export function describeState(row: Pick<ServerRow, 'state' | 'endReason' | 'scheduler'>): StateWords {
  const { state, endReason } = row;
  if (state === 'ended') {
    return { state, ...(isEndReason(endReason) ? ENDED[endReason] : { word: 'Ended', ...STOPPED }) };
  }
  const words = LIVING[state];
  const sentence = row.scheduler === 'process' ? PROCESS_SENTENCES[state] : undefined;
  return { state, ...words, sentence: sentence ?? words.sentence };
}

function isEndReason(reason: string | null): reason is EndReason {
  return reason !== null && Object.hasOwn(ENDED, reason);
}

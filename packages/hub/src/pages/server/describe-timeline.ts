import type { ServerEvent, ServerRow, ServerState } from '../../db/server-row.js';
import { describeState } from '../words/describe-state.js';
import { type Moment, sayMoment } from '../words/moment.js';
import { sayDuration } from '../words/say-duration.js';

/** One step of a server's life on its page. */
export interface TimelineStep {
  readonly title: string;
  /** What happened, where it says more than the title. */
  readonly message?: string | undefined;
  /** `done`: over. `current`: now. `todo`: still to come. `failed`: the end, and not as wished. */
  readonly status: 'done' | 'current' | 'todo' | 'failed';
  readonly isCurrent: boolean;
  /** The status in words, for those who do not see the drawing. */
  readonly statusWord: string;
  readonly at?: Moment | undefined;
  /** How long the step took. */
  readonly took?: string | undefined;
}

const TITLES: Readonly<Record<ServerState, string>> = {
  requested: 'Requested',
  submitted: 'Handed to the scheduler',
  queued: 'Waiting in the queue',
  starting: 'Starting Jupyter',
  ready: 'Ready',
  stopping: 'Stopping',
  ended: 'Ended',
};

const PROCESS_TITLES: Partial<Record<ServerState, string>> = { submitted: 'Process started' };

const WORDS: Readonly<Record<TimelineStep['status'], string>> = {
  done: 'done',
  current: 'in progress',
  todo: 'still to come',
  failed: 'failed',
};

/** What a server goes through until it is ready; a process on the login node never waits in a queue. */
const WAY: readonly ServerState[] = ['requested', 'submitted', 'queued', 'starting', 'ready'];

/** Lays a server's life out as steps: what has been, what is, and, while it is coming, what is still to come. Pure. */
export function describeTimeline(row: ServerRow, events: readonly ServerEvent[]): TimelineStep[] {
  const past = events.map((event, index) => describeEvent(row, event, events[index + 1]));
  return [...past, ...describeWayAhead(row)];
}

function describeEvent(row: ServerRow, event: ServerEvent, next: ServerEvent | undefined): TimelineStep {
  const title = titleOf(event.state, row);
  const status = next === undefined ? statusOfLast(row) : 'done';
  return {
    title: event.state === 'ended' ? describeState(row).word : title,
    message: event.message.replace(/\.$/, '') === title ? undefined : event.message,
    status,
    isCurrent: status === 'current',
    statusWord: WORDS[status],
    at: sayMoment(event.at),
    took: next === undefined ? undefined : sayTook(next.at.getTime() - event.at.getTime()),
  };
}

function statusOfLast(row: ServerRow): TimelineStep['status'] {
  if (row.state === 'ended') {
    return describeState(row).tone === 'bad' ? 'failed' : 'done';
  }
  return row.state === 'ready' ? 'done' : 'current';
}

function describeWayAhead(row: ServerRow): TimelineStep[] {
  const at = WAY.indexOf(row.state);
  if (at === -1) {
    return [];
  }
  const ahead = WAY.slice(at + 1).filter((state) => state !== 'queued' || row.scheduler === 'slurm');
  return ahead.map((state) => ({
    title: titleOf(state, row),
    status: 'todo',
    isCurrent: false,
    statusWord: WORDS.todo,
  }));
}

function titleOf(state: ServerState, row: ServerRow): string {
  return (row.scheduler === 'process' ? PROCESS_TITLES[state] : undefined) ?? TITLES[state];
}

/** Steps of less than ten seconds with a tenth: where a start spends its time is what people compare. */
function sayTook(milliseconds: number): string {
  return milliseconds < 10_000 ? `${Math.max(0, milliseconds / 1000).toFixed(1)} s` : sayDuration(milliseconds / 1000);
}

import type { ServerEvent, ServerRow, ServerState } from '../../db/server-row.js';
import type { Say } from '../../messages/say.js';
import { tellEvent } from '../words/describe-end.js';
import { describeState } from '../words/describe-state.js';
import { type Moment, sayMoment } from '../words/moment.js';
import { sayDuration } from '../words/say-duration.js';

/** One step of a server's life on its page. */
export interface TimelineStep {
  readonly title: string;
  /** What happened, where it says more than the title. */
  readonly message?: string | undefined;
  /** What the job script or the site said itself. */
  readonly words?: string | undefined;
  /** `done`: over. `current`: now. `todo`: still to come. `failed`: the end, and not as wished. */
  readonly status: 'done' | 'current' | 'todo' | 'failed';
  readonly isCurrent: boolean;
  /** The status in words, for those who do not see the drawing. */
  readonly statusWord: string;
  readonly at?: Moment | undefined;
  /** How long the step took. */
  readonly took?: string | undefined;
}

/** What a server goes through until it is ready; a process on the login node never waits in a queue. */
const WAY: readonly ServerState[] = ['requested', 'submitted', 'queued', 'starting', 'ready'];

/** Lays a server's life out as steps: what has been, what is, and, while it is coming, what is still to come. Pure. */
export function describeTimeline(row: ServerRow, events: readonly ServerEvent[], say: Say): TimelineStep[] {
  const past = events.map((event, index) => describeEvent(row, { event, next: events[index + 1] }, say));
  return [...past, ...describeWayAhead(row, say)];
}

function describeEvent(
  row: ServerRow,
  { event, next }: { event: ServerEvent; next: ServerEvent | undefined },
  say: Say,
): TimelineStep {
  const title = titleOf(event.state, row, say);
  const status = next === undefined ? statusOfLast(row, say) : 'done';
  const { text, words } = tellEvent(event, say);
  return {
    title: event.state === 'ended' ? describeState(row, say).word : title,
    message: text.replace(/\.$/, '') === title ? undefined : text,
    words,
    status,
    isCurrent: status === 'current',
    statusWord: say(`life.stepStatus.${status}`),
    at: sayMoment(event.at),
    took: next === undefined ? undefined : sayTook(next.at.getTime() - event.at.getTime()),
  };
}

function statusOfLast(row: ServerRow, say: Say): TimelineStep['status'] {
  if (row.state === 'ended') {
    return describeState(row, say).tone === 'bad' ? 'failed' : 'done';
  }
  return row.state === 'ready' ? 'done' : 'current';
}

function describeWayAhead(row: ServerRow, say: Say): TimelineStep[] {
  const at = WAY.indexOf(row.state);
  if (at === -1) {
    return [];
  }
  const ahead = WAY.slice(at + 1).filter((state) => state !== 'queued' || row.scheduler === 'slurm');
  return ahead.map((state) => ({
    title: titleOf(state, row, say),
    status: 'todo',
    isCurrent: false,
    statusWord: say('life.stepStatus.todo'),
  }));
}

function titleOf(state: ServerState, row: ServerRow, say: Say): string {
  return say(`life.step.${state}`, { kind: row.scheduler });
}

/** Steps of less than ten seconds with a tenth: where a start spends its time is what people compare. */
function sayTook(milliseconds: number): string {
  return milliseconds < 10_000 ? `${Math.max(0, milliseconds / 1000).toFixed(1)} s` : sayDuration(milliseconds / 1000);
}

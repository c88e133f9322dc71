import type { ServerEvent, ServerRow } from '../../db/server-row.js';
import { COMING_STATES } from '../../spawn/life.js';
import { describeServer, type ServerView, type Surroundings } from '../words/describe-server.js';
import { describeTimeline, type TimelineStep } from './describe-timeline.js';

/** All that the progress page shows, as the page and its live events carry it: nothing in it but text and paths. */
export interface ProgressView extends ServerView {
  /** What is happening, or why it ended. */
  readonly sentence: string;
  readonly timeline: readonly TimelineStep[];
  /** The last lines of the job's output; only when it has ended. */
  readonly logTail?: string | undefined;
  /** Why there is no log, in the words of whatever failed; only when it has ended. */
  readonly logProblem?: string | undefined;
  /** On its way to ready: then the page counts how long it has taken. */
  readonly isComing: boolean;
  /** The same, and as far as one knows it gets there: not a job that can never start. */
  readonly isOnItsWay: boolean;
  readonly isReady: boolean;
  /** It ended, and not as wished. */
  readonly isFailure: boolean;
  readonly showsSite: boolean;
}

/** Describes a server and its history. Pure. */
export function describeProgress(
  row: ServerRow,
  events: readonly ServerEvent[],
  surroundings: Surroundings,
): ProgressView {
  const server = describeServer(row, surroundings);
  const timeline = describeTimeline(row, events, surroundings.say);
  const isComing = COMING_STATES.includes(row.state);
  return {
    ...server,
    sentence: server.end?.message ?? server.state.sentence,
    timeline: server.isNever ? timeline.filter(({ status }) => status !== 'todo') : timeline,
    logTail: row.logTail === null || row.logTail.trim() === '' ? undefined : row.logTail,
    logProblem: row.logProblem ?? undefined,
    isComing,
    isOnItsWay: isComing && !server.isNever,
    isReady: row.state === 'ready',
    isFailure: row.state === 'ended' && server.state.tone === 'bad',
    showsSite: surroundings.sites.size > 1,
  };
}

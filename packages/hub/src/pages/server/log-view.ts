import type { ServerRow } from '../../db/server-row.js';
import type { Say } from '../../messages/say.js';
import type { JobInsight } from '../../spawn/job-insight.js';
import { type Moment, sayMomentOf } from '../words/moment.js';
import { logPathOf, progressPathOf } from '../words/page-paths.js';
import { describeUsage, type UsageView } from './describe-usage.js';

/** What a server has written and what it uses, as its page shows it: only text and paths. */
export interface LogView {
  readonly name: string;
  readonly progressPath: string;
  readonly logPath: string;
  /** More may come. */
  readonly isLive: boolean;
  readonly text: string;
  readonly isEmpty: boolean;
  /** When it was like this. */
  readonly at?: Moment | undefined;
  /** Why it could not be read just now. */
  readonly problem?: string | undefined;
  readonly usage: UsageView;
}

/** Looks into a server's job and describes what is there. */
export async function lookAtLog(row: ServerRow, insight: JobInsight, say: Say): Promise<LogView> {
  const [log, usage] = await Promise.all([insight.log(row), insight.usage(row)]);
  const text = log.value ?? '';
  const isOver = row.state === 'ended';
  return {
    name: row.name,
    progressPath: progressPathOf(row.name),
    logPath: logPathOf(row.name),
    isLive: !isOver,
    text,
    isEmpty: text.trim() === '' && log.problem === undefined,
    at: sayMomentOf(log.askedAt),
    problem: log.problem,
    usage: describeUsage(usage, isOver, say),
  };
}

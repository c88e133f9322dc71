import type { ServerRow } from '../../db/server-row.js';
import type { RunOutWarning } from '../words/describe-run-out.js';
import { describeServer, type ServerView, type Surroundings } from '../words/describe-server.js';

/** The servers of one person. */
export interface HomeView {
  /** Those that have not ended, the newest first. */
  readonly servers: readonly ServerView[];
  /** The last ones that ended, one a name, the newest first. */
  readonly ended: readonly ServerView[];
  readonly isEmpty: boolean;
  /** The warning of the server whose run time is over first, else that of one that nobody uses. */
  readonly warning?: Pick<RunOutWarning, 'title'> | undefined;
  /** Something is on its way up or down: the page is soon out of date. */
  readonly isMoving: boolean;
  /** One may be ended because nobody uses it: the page looks again now and then. */
  readonly isWatched: boolean;
  /** Several sites: then each server names its own. */
  readonly showsSite: boolean;
}

const MOST_ENDED = 4;

/** Describes the home page. Pure. @param rows the current server of each name */
export function describeHome(rows: readonly ServerRow[], surroundings: Surroundings): HomeView {
  const views = (wanted: readonly ServerRow[]) => wanted.map((row) => describeServer(row, surroundings));
  const living = rows
    .filter((row) => row.state !== 'ended')
    .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
  const ended = rows.filter((row) => row.state === 'ended').sort((a, b) => endOf(b) - endOf(a));
  const servers = views(living);
  const [first] = servers
    .filter((server) => server.warning !== undefined)
    .sort((a, b) => String(a.warnsBefore).localeCompare(String(b.warnsBefore)));
  return {
    servers,
    warning: first?.warning ?? servers.find(({ idle }) => idle !== undefined)?.idle,
    ended: views(ended.slice(0, MOST_ENDED)),
    isEmpty: rows.length === 0,
    isMoving: living.some((row) => row.state !== 'ready'),
    isWatched: living.some((row) => row.idleSeconds !== null),
    showsSite: surroundings.sites.size > 1,
  };
}

function endOf(row: ServerRow): number {
  return (row.endedAt ?? row.createdAt).getTime();
}

import type { ServerRow } from '../../db/server-row.js';
import type { Say } from '../../messages/say.js';

/** That the run time of a server is nearly over. */
export interface RunOutWarning {
  /** Less than this is left. */
  readonly minutes: number;
  readonly text: string;
  /** The same, short enough for the title of a window. */
  readonly title: string;
}

/** How many minutes before the end one is warned, the last warning first; words/run-out.js warns at the same times. */
const WARNED_MINUTES = [5, 15] as const;
const MINUTE_MS = 60_000;

/** When the run time of a server is over that somebody may be working with; undefined for all others. */
export function runOutOf({ state, endsAt }: Pick<ServerRow, 'state' | 'endsAt'>): Date | undefined {
  return state === 'ready' ? (endsAt ?? undefined) : undefined;
}

/** Warns when the run time of a server is nearly over. Pure. */
export function describeRunOut(
  row: Pick<ServerRow, 'state' | 'endsAt' | 'name'>,
  now: Date,
  say: Say,
): RunOutWarning | undefined {
  const endsAt = runOutOf(row);
  const minutes = WARNED_MINUTES.find((minutes) => Number(endsAt) - now.getTime() <= minutes * MINUTE_MS);
  if (endsAt === undefined || minutes === undefined) {
    return undefined;
  }
  const values = { name: row.name, minutes };
  return { minutes, text: say('browser.runsOut', values), title: say('browser.runsOutTitle', values) };
}

import type { ServerRow } from '../../db/server-row.js';
import type { Say } from '../../messages/say.js';
import { type Moment, sayMoment } from './moment.js';
import { sayDuration } from './say-duration.js';

/** That a server will soon be ended because nobody uses it. */
export interface IdleWarning {
  /** The last activity. */
  readonly since: Moment;
  readonly endsAt: Moment;
  /** The same, short enough for the title of a window. */
  readonly title: string;
}

/** Warns of the end of a server that nobody uses. Pure. */
export function describeIdle(
  { state, name, activeAt, idleEndsAt }: Pick<ServerRow, 'state' | 'name' | 'activeAt' | 'idleEndsAt'>,
  say: Say,
): IdleWarning | undefined {
  return state !== 'ready' || activeAt === null || idleEndsAt === null
    ? undefined
    : { since: sayMoment(activeAt), endsAt: sayMoment(idleEndsAt), title: say('browser.idleTitle', { name }) };
}

/** Says after what time without activity a server is ended; undefined where it is not. Pure. */
export function sayIdleLimit(
  { idleSeconds, idleBusySeconds }: Pick<ServerRow, 'idleSeconds' | 'idleBusySeconds'>,
  say: Say,
): string | undefined {
  if (idleSeconds === null) {
    return undefined;
  }
  const limit = sayDuration(idleSeconds);
  return idleBusySeconds === null
    ? say('words.idle.limit', { limit })
    : say('words.idle.limitIfBusy', { limit, busy: sayDuration(idleBusySeconds) });
}

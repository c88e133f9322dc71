import type { ServerEvent, ServerRow } from '../../../db/server-row.js';
import type { Say } from '../../../messages/say.js';

/** The history speaks to the server's owner; where it says `you` an administrator must not feel meant. Pure. */
export function tellAdmin(row: ServerRow, events: readonly ServerEvent[], say: Say): ServerEvent[] {
  return events.map((event) => {
    const { state, cause } = event;
    const isStop = cause === 'stop-asked' || cause === 'stopped-by-admin';
    const isEndByStop = state === 'ended' && row.endReason === 'stopped';
    return isStop || isEndByStop ? { ...event, message: sayWhoStopped(row, say), details: null } : event;
  });
}

/** Who stopped a server that was stopped. */
export function sayWhoStopped({ stopRequestedBy }: ServerRow, say: Say): string {
  return stopRequestedBy === null
    ? say('adminServers.stoppedByUser')
    : say('adminServers.stoppedBy', { admin: stopRequestedBy });
}

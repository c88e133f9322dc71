import type { ServerEvent, ServerRow } from '../../../db/server-row.js';
import type { Say } from '../../../messages/say.js';
import { describeProgress, type ProgressView } from '../../server/progress-view.js';
import type { Surroundings } from '../../words/describe-server.js';
import { versionPathOf } from '../templates/template-paths.js';
import { adminPathOf } from './describe-list.js';

/** A server for an administrator: nothing in it leads into the notebook. */
export interface DetailView
  extends Omit<ProgressView, 'openPath' | 'startAgainPath' | 'progressPath' | 'stopPath' | 'isComing' | 'isReady'> {
  readonly owner: string;
  readonly account: string;
  readonly template: string;
  readonly templateVersion: string;
  /** Where the text of that version is. */
  readonly templatePath: string;
  readonly script?: string | undefined;
  /** Where to post to stop it; only while there is something to stop. */
  readonly stopPath?: string | undefined;
}

/** Describes a server with its history for an administrator. Pure. */
export function describeDetail(row: ServerRow, events: readonly ServerEvent[], surroundings: Surroundings): DetailView {
  const { say } = surroundings;
  const told = events.map((event) => {
    const message = sayMove(event, row, say);
    return message === undefined ? event : { ...event, message, details: null };
  });
  const { openPath, startAgainPath, progressPath, stopPath, isComing, isReady, ...view } = describeProgress(
    row,
    told,
    surroundings,
  );
  return {
    ...view,
    sentence: row.endReason === 'stopped' ? sayWhoStopped(row, say) : view.sentence,
    owner: row.userName,
    account: row.account,
    template: row.template,
    templateVersion: row.templateVersion,
    templatePath: versionPathOf(row.template, row.templateVersion),
    script: row.script ?? undefined,
    stopPath: stopPath === undefined ? undefined : `${adminPathOf(row)}/stop`,
  };
}

/** The history speaks to the server's owner; where it says `you` an administrator must not feel meant. */
function sayMove({ state, cause }: ServerEvent, row: ServerRow, say: Say): string | undefined {
  const isStop = cause === 'stop-asked' || cause === 'stopped-by-admin';
  return isStop || (state === 'ended' && row.endReason === 'stopped') ? sayWhoStopped(row, say) : undefined;
}

function sayWhoStopped({ stopRequestedBy }: ServerRow, say: Say): string {
  return stopRequestedBy === null
    ? say('adminServers.stoppedByUser')
    : say('adminServers.stoppedBy', { admin: stopRequestedBy });
}

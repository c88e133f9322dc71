import type { ServerEvent, ServerRow } from '../../../db/server-row.js';
import { describeProgress, type ProgressView } from '../../server/progress-view.js';
import type { Surroundings } from '../../words/describe-server.js';
import { versionPathOf } from '../templates/template-paths.js';
import { adminPathOf } from './describe-list.js';
import { sayWhoStopped, tellAdmin } from './tell-admin.js';

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

/** Describes a server with its history and its script for an administrator. Pure. */
export function describeDetail(
  row: ServerRow,
  { events, script }: { events: readonly ServerEvent[]; script: string | null },
  surroundings: Surroundings,
): DetailView {
  const { say } = surroundings;
  const { openPath, startAgainPath, progressPath, stopPath, isComing, isReady, ...view } = describeProgress(
    row,
    tellAdmin(row, events, say),
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
    script: script ?? undefined,
    stopPath: stopPath === undefined ? undefined : `${adminPathOf(row)}/stop`,
  };
}

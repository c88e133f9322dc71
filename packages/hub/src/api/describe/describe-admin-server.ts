import type { ServerEvent, ServerRow } from '../../db/server-row.js';
import { sayIn } from '../../messages/say.js';
import { sayWhoStopped, tellAdmin } from '../../pages/admin/servers/tell-admin.js';
import { type Activity, activityOf } from '../../spawn/list-activity.js';
import type { AdminServerBody, AdminServerDetailBody } from '../shapes/admin-server-shape.js';
import type { ServerBody } from '../shapes/server-shape.js';
import { describeServer, describeServerDetail } from './describe-server.js';
import { writeMomentOf } from './write-moment.js';

/** Describes a server for an administrator. @param activity undefined: the proxy could not be asked. Pure. */
export function describeAdminServer(row: ServerRow, activity: Activity | undefined): AdminServerBody {
  const { url, progress_url, ...server } = describeServer(row);
  return { ...describeOwner(row, activity), ...server, reason: describeReason(row, server.reason) };
}

/** The same with its history and its script. Pure. */
export function describeAdminServerDetail(
  row: ServerRow,
  events: readonly ServerEvent[],
  activity: Activity | undefined,
): AdminServerDetailBody {
  const { url, progress_url, ...server } = describeServerDetail(row, tellAdmin(row, events, sayIn.en));
  const { templateVersion, script, stopRequestedBy } = row;
  return {
    ...describeOwner(row, activity),
    ...server,
    reason: describeReason(row, server.reason),
    templateVersion,
    script,
    stoppedBy: stopRequestedBy,
  };
}

function describeReason(row: ServerRow, reason: ServerBody['reason']): ServerBody['reason'] {
  return reason !== null && row.endReason === 'stopped' ? { ...reason, message: sayWhoStopped(row, sayIn.en) } : reason;
}

function describeOwner(
  row: ServerRow,
  activity: Activity | undefined,
): Pick<AdminServerBody, 'user' | 'account' | 'lastActivity'> {
  const lastActivity = activity === undefined ? undefined : activityOf(activity, row);
  return { user: row.userName, account: row.account, lastActivity: writeMomentOf(lastActivity) };
}

import type { ServerEvent, ServerRow } from '../../db/server-row.js';
import { type Activity, activityOf } from '../../spawn/list-activity.js';
import type { AdminServerBody, AdminServerDetailBody } from '../shapes/admin-server-shape.js';
import { describeServer, describeServerDetail } from './describe-server.js';
import { writeMomentOf } from './write-moment.js';

/** Describes a server for an administrator. @param activity undefined: the proxy could not be asked. Pure. */
export function describeAdminServer(row: ServerRow, activity: Activity | undefined): AdminServerBody {
  const { url, progress_url, ...server } = describeServer(row);
  return { ...describeOwner(row, activity), ...server };
}

/** The same with its history and its script. Pure. */
export function describeAdminServerDetail(
  row: ServerRow,
  events: readonly ServerEvent[],
  activity: Activity | undefined,
): AdminServerDetailBody {
  const { url, progress_url, ...server } = describeServerDetail(row, events);
  const { templateVersion, script, stopRequestedBy } = row;
  return { ...describeOwner(row, activity), ...server, templateVersion, script, stoppedBy: stopRequestedBy };
}

function describeOwner(
  row: ServerRow,
  activity: Activity | undefined,
): Pick<AdminServerBody, 'user' | 'account' | 'lastActivity'> {
  const lastActivity = activity === undefined ? undefined : activityOf(activity, row);
  return { user: row.userName, account: row.account, lastActivity: writeMomentOf(lastActivity) };
}

import type { ServerEvent, ServerRow } from '../../db/server-row.js';
import { sayIn } from '../../messages/say.js';
import { sayWhoStopped, tellAdmin } from '../../pages/admin/servers/tell-admin.js';
import { type Activity, activityOf } from '../../spawn/list-activity.js';
import type { AdminServerBody, AdminServerDetailBody } from '../shapes/admin-server-shape.js';
import type { ServerBody } from '../shapes/server-shape.js';
import { describeServer, describeServerDetail } from './describe-server.js';
import { writeMomentOf } from './write-moment.js';

/** What surrounds a server of anybody. */
export interface AdminSurroundings {
  /** Undefined: the proxy could not be asked. */
  readonly activity: Activity | undefined;
  /** The place of a server among those that wait to be handed to their site; undefined for any other. */
  readonly placeOf: (serverId: string) => number | undefined;
}

/** Describes a server for an administrator. Pure. */
export function describeAdminServer(row: ServerRow, { activity, placeOf }: AdminSurroundings): AdminServerBody {
  const { url, progress_url, ...server } = describeServer(row, placeOf(row.id));
  return { ...describeOwner(row, activity), ...server, reason: describeReason(row, server.reason) };
}

/** The same with its history and its script. Pure. */
export function describeAdminServerDetail(
  row: ServerRow,
  { events, script }: { events: readonly ServerEvent[]; script: string | null },
  { activity, placeOf }: AdminSurroundings,
): AdminServerDetailBody {
  const { url, progress_url, ...server } = describeServerDetail(row, tellAdmin(row, events, sayIn.en), placeOf(row.id));
  const { templateVersion, stopRequestedBy } = row;
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

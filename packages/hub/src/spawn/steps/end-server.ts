import type { MoveCause, ServerPatch, ServerRow } from '../../db/server-row.js';
import { sayWhy } from '../../say-why.js';
import type { SiteRun } from '../../sites/site.js';
import { type End, explainEnd, writeEnd } from '../end-reason.js';
import type { JobStatus } from '../scheduler/scheduler.js';
import { type EndNotes, readEndNotes, readLogTail, removeFolder } from '../server-files.js';
import type { ServerRecords } from '../server-records.js';
import { tellEnd } from '../tell-move.js';
import { closeWay, type WayEnds } from './open-way.js';

/**
 * Ends a server for good, when its job is definitely over: closes the way, keeps the log's tail, removes its folder and
 * its secret. What cannot be done on the cluster (a login node that is away) is kept beside the log and does not keep
 * the server alive.
 */
export async function endServer(
  rooms: { records: ServerRecords; ends: WayEnds; run: SiteRun },
  row: ServerRow,
  { cause, status, end: known }: { cause: MoveCause; status?: JobStatus | undefined; end?: End },
): Promise<void> {
  await closeWay(rooms.ends, row);
  const traces = await collectTraces(rooms.run, row);
  const end = known ?? givenUpAs(row) ?? explainEnd(status, contextOf(row, traces));
  await rooms.records.move(row.id, {
    to: 'ended',
    ...tellEnd(cause, end),
    patch: {
      ...keepEnd(end),
      exitCode: status?.exitCode ?? null,
      logTail: traces.log ?? null,
      logProblem: traces.problem ?? null,
      endedAt: new Date(),
      secret: null,
      unreachableSince: null,
      unreachableReason: null,
      unreachableHop: null,
    },
  });
}

/** What a row keeps of an end. */
export function keepEnd(end: End): ServerPatch {
  return { endReason: end.reason, endCode: end.code, endValues: end.values ?? {}, endMessage: writeEnd(end) };
}

/** The hub itself gave the server up, and saved why, before it cancelled the job. */
function givenUpAs({ endReason, endCode, endValues }: ServerRow): End | undefined {
  return endReason === null || endCode === null
    ? undefined
    : { reason: endReason as End['reason'], code: endCode as End['code'], values: endValues ?? {} };
}

function contextOf(row: ServerRow, { notes, log }: Traces): Parameters<typeof explainEnd>[1] {
  const stoppedBy = row.stopRequestedBy === null ? 'owner' : 'administrator';
  return {
    ...(row.stopRequestedAt === null ? {} : { stoppedBy }),
    wasReady: row.readyAt !== null,
    ...notes,
    log,
  };
}

interface Traces {
  readonly log?: string;
  readonly notes?: EndNotes;
  readonly problem?: string;
}

async function collectTraces(run: SiteRun, row: ServerRow): Promise<Traces> {
  if (row.submitAttemptedAt === null) {
    return {};
  }
  try {
    const [log, notes] = await Promise.all([readLogTail(run, row.id, row.secret), readEndNotes(run, row.id)]);
    await removeFolder(run, row.id);
    return { log, notes };
  } catch (error) {
    return { problem: sayWhy(error) };
  }
}

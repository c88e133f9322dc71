import type { MoveCause, ServerPatch, ServerRow } from '../../db/server-row.js';
import { doStep } from '../../fault-point.js';
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
 * its secret. Why it ended is saved before the folder goes, in which the only word of it may stand. What cannot be done
 * on the cluster (a login node that is away) is kept beside the log, is made up for later (clear-folders), and does not
 * keep the server alive.
 */
export async function endServer(
  rooms: { records: ServerRecords; ends: WayEnds; run: SiteRun },
  row: ServerRow,
  { cause, status, end: known }: { cause: MoveCause; status?: JobStatus | undefined; end?: End },
): Promise<void> {
  const { records, run } = rooms;
  await doStep('close-way', () => closeWay(rooms.ends, row));
  const traces = await doStep('read-traces', () => readTraces(run, row));
  const end = known ?? savedEnd(row) ?? explainEnd(status, contextOf(row, traces));
  const why = {
    ...keepEnd(end),
    exitCode: status?.exitCode ?? row.exitCode,
    logTail: traces.log || row.logTail,
    logProblem: traces.problem ?? null,
  };
  await doStep('save-reason', () => records.update(row.id, why));
  const logProblem = traces.problem ?? (await doStep('remove-folder', () => clearFolder(run, row))) ?? null;
  // A log that is read later must not show the secret either.
  const secret = traces.problem === undefined ? null : row.secret;
  const patch = { ...NO_LIFE, secret, endedAt: new Date(), logProblem };
  await doStep('save-ended', () => records.move(row.id, { to: 'ended', ...tellEnd(cause, end), patch }));
}

const NO_LIFE = { unreachableSince: null, unreachableReason: null, unreachableHop: null } as const;

/** What a row keeps of an end. */
export function keepEnd(end: End): ServerPatch {
  return { endReason: end.reason, endCode: end.code, endValues: end.values ?? {}, endMessage: writeEnd(end) };
}

/** Why the hub itself gave the server up before it cancelled the job, or what a hub that died here had found out. */
function savedEnd({ endReason, endCode, endValues }: ServerRow): End | undefined {
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

/** What a job left on the cluster. */
interface Traces {
  readonly log?: string;
  readonly notes?: EndNotes;
  /** Why it cannot be read. */
  readonly problem?: string;
}

async function readTraces(run: SiteRun, row: ServerRow): Promise<Traces> {
  if (row.submitAttemptedAt === null) {
    return {};
  }
  try {
    const [log, notes] = await Promise.all([readLogTail(run, row.id, row.secret), readEndNotes(run, row.id)]);
    return { log, notes };
  } catch (error) {
    return { problem: sayWhy(error) };
  }
}

/** @returns why the folder could not be removed */
async function clearFolder(run: SiteRun, row: ServerRow): Promise<string | undefined> {
  if (row.submitAttemptedAt === null) {
    return undefined;
  }
  return removeFolder(run, row.id).then(() => undefined, sayWhy);
}

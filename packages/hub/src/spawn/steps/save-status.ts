import type { ServerPatch, ServerRow, ServerState } from '../../db/server-row.js';
import { doStep } from '../../fault-point.js';
import type { ObservedJob } from '../observed-job.js';
import type { JobStatus } from '../scheduler/scheduler.js';
import type { ServerRecords } from '../server-records.js';
import { type ToldMove, tellMove } from '../tell-move.js';

/** The scheduler's clock may round: starts closer than this are the same start. */
const SAME_START_MS = 2_000;

/**
 * Saves what was last heard of the job, where it differs from the row, so that nothing is written while nothing happens.
 *
 * @returns the state that the server was moved to; undefined when it stayed
 */
export async function saveStatus(
  records: ServerRecords,
  row: ServerRow,
  job: ObservedJob,
): Promise<ServerState | undefined> {
  const patch = { ...describeReach(row, job), ...(job.status === undefined ? {} : describeStatus(job.status)) };
  const move = job.status === undefined ? undefined : chooseMove(row, job.status);
  if (move !== undefined) {
    const moved = await doStep('save-status', () =>
      records.move(row.id, { ...move, from: row.state, patch: { ...patch, ...move.patch } }),
    );
    return moved?.state;
  }
  if (hasNews(row, patch)) {
    await records.update(row.id, patch);
  }
  return undefined;
}

/** What stands in the way just now, for the pages: the scheduler does not answer, or an act has to be tried again. */
export function describeReach(row: ServerRow, job: ObservedJob): ServerPatch {
  const { lastSeenAt } = job;
  const trouble = job.unreachable ?? job.failure;
  if (trouble === undefined) {
    return { unreachableSince: null, unreachableReason: null, unreachableHop: null };
  }
  return {
    unreachableSince: row.unreachableSince ?? trouble.since,
    unreachableReason: trouble.why,
    unreachableHop: trouble.hop,
    ...(lastSeenAt === undefined ? {} : { lastSeenAt }),
  };
}

function describeStatus(status: JobStatus): ServerPatch {
  const isWaiting = status.phase === 'pending';
  return {
    node: status.nodes[0] ?? null,
    pendingReason: isWaiting ? (status.reason ?? null) : null,
    expectedStartAt: isWaiting ? (status.expectedStartAt ?? null) : null,
    jobStartedAt: isWaiting ? null : (status.startedAt ?? null),
    endsAt: isWaiting ? null : (status.endsAt ?? null),
  };
}

interface Move extends ToldMove {
  readonly to: ServerState;
  readonly patch?: ServerPatch;
}

/** Where the scheduler's word moves the server; states only go forward, but for ready → starting after a requeue. */
function chooseMove(row: ServerRow, status: JobStatus): Move | undefined {
  if (status.phase === 'unknown') {
    return undefined;
  }
  if (row.state === 'ready') {
    return isAnotherRun(row, status)
      ? {
          to: 'starting',
          ...tellMove('job-restarted'),
          patch: { endpointHost: null, endpointPort: null, readyAt: null },
        }
      : undefined;
  }
  if (row.state === 'submitted' && status.phase === 'pending') {
    return { to: 'queued', ...tellMove('job-waits') };
  }
  if ((row.state === 'submitted' || row.state === 'queued') && status.phase !== 'pending') {
    return { to: 'starting', ...tellMove('job-runs', { node: status.nodes[0] ?? 'none' }) };
  }
  return undefined;
}

function isAnotherRun(row: ServerRow, status: JobStatus): boolean {
  if (status.phase === 'pending' || status.phase === 'starting') {
    return true;
  }
  const [was, is] = [row.jobStartedAt, status.startedAt];
  return was !== null && is !== undefined && Math.abs(is.getTime() - was.getTime()) > SAME_START_MS;
}

/** Whether a patch would change anything. */
export function hasNews(row: ServerRow, patch: ServerPatch): boolean {
  return Object.entries(patch).some(([key, value]) => {
    const old: unknown = row[key as keyof ServerRow];
    return value instanceof Date && old instanceof Date ? value.getTime() !== old.getTime() : value !== old;
  });
}

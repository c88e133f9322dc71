import type { ServerRow } from '../../db/server-row.js';
import { doStep } from '../../fault-point.js';
import type { FollowerRooms } from '../follower-rooms.js';
import { prepareFolder } from '../server-files.js';
import { tellMove } from '../tell-move.js';

/**
 * Hands the server's script to the scheduler and saves the job's id. The attempt is saved first: when the hub dies
 * between the submission and the save, the next attempt looks for the job by name before it submits again.
 *
 * @throws JobRefused or FolderError when the site said no; another error when it could not be asked
 */
export async function submitJob(rooms: FollowerRooms, row: ServerRow): Promise<void> {
  const { records, scheduler, run } = rooms;
  const job = { serverId: row.id, account: row.account };
  const earlier = row.submitAttemptedAt === null ? undefined : await scheduler.find(job);
  if (earlier === undefined) {
    await doStep('save-attempt', () => records.update(row.id, { submitAttemptedAt: new Date() }));
    await doStep('write-folder', () => prepareFolder(run, row.id, row.secret ?? ''));
  }
  const jobId =
    earlier ??
    (await doStep('submit', async () =>
      scheduler.submit({ ...job, script: (await records.readScript(row.id)) ?? '' }),
    ));
  if (row.submitAttemptedAt !== null && earlier === undefined) {
    rooms.doubtSubmission();
  }
  const saved = { jobId, submittedAt: new Date() };
  const news =
    earlier === undefined
      ? tellMove('accepted', { kind: row.scheduler, job: jobId })
      : tellMove('found-again', { job: jobId });
  const moved = await doStep('save-submitted', () => records.move(row.id, { ...news, to: 'submitted', patch: saved }));
  if (moved === undefined) {
    // Stopped while the job was on its way: the id must be known all the same, or nobody could cancel it.
    await records.update(row.id, saved);
  }
}

import { execOn, runOn } from '../cluster/cluster.js';
import type { ExpectedServer } from './find-wrongs.js';
import type { World } from './world.js';

const FORGOTTEN_WITHIN_MS = 180_000;

/** Runs a command on login, as root unless told. @throws with what it said when it fails */
export function onLogin(world: World, argv: readonly string[], user?: string): Promise<string> {
  return runOn(world.cluster, 'login', argv, user === undefined ? {} : { user });
}

/** The job of a server. @throws when it has none yet */
export function jobOf(world: World, { id, name }: ExpectedServer): string {
  const jobId = world.findJob(id);
  if (jobId === undefined) {
    throw new Error(`${name} has no job`);
  }
  return jobId;
}

/** Waits until Slurm's controller has forgotten a job that is over (MinJobAge), so that only the accounting knows it. */
export async function untilForgotten(world: World, jobId: string): Promise<void> {
  const isForgotten = async () =>
    (await execOn(world.cluster, 'login', ['scontrol', 'show', 'job', jobId])).stderr.includes('Invalid job id');
  await world.until(`job ${jobId} is forgotten`, isForgotten, FORGOTTEN_WITHIN_MS);
}

/** The owner cancels the job on the command line; the queue knows it when this resolves. */
export async function cancelByHand(world: World, server: ExpectedServer): Promise<void> {
  const jobId = jobOf(world, server);
  server.fate = ['cancelled'];
  await onLogin(world, ['scancel', jobId], server.person.name);
  await world.until(`job ${jobId} is over`, async () => {
    const state = await onLogin(world, ['squeue', '--noheader', '--states=all', '--format=%T', `--jobs=${jobId}`]);
    return state.startsWith('CANCELLED');
  });
}

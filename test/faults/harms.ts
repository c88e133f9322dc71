import { execFile } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Cluster, execOn } from '../cluster/cluster.js';
import { type DaemonHost, type DaemonName, openPorts, shutPorts, startDaemon, stopDaemon } from '../cluster/faults.js';
import { jobOf, onLogin } from './by-hand.js';
import type { ExpectedServer } from './find-wrongs.js';
import type { JuhubParts, PartName } from './juhub-parts.js';
import type { World } from './world.js';

const LOOSE_MS = 500;
/** Slurm writes down its jobs at the latest after five seconds; twice that on a busy machine. */
const SAVED_WITHIN_MS = 10_000;

/** Stops a part where it is (SIGSTOP) for a while. */
export async function hangPart(juhub: JuhubParts, part: PartName, hangMs: number): Promise<void> {
  juhub.signal(part, 'SIGSTOP');
  try {
    await delay(hangMs);
  } finally {
    juhub.signal(part, 'SIGCONT');
  }
}

/** Ends parts at once, kill -9 unless told, and starts them again. */
export async function killAndLaunch(
  juhub: JuhubParts,
  parts: readonly PartName[],
  signal: NodeJS.Signals = 'SIGKILL',
): Promise<void> {
  await Promise.all(parts.map((part) => juhub.kill(part, signal)));
  await Promise.all(parts.map((part) => juhub.launch(part)));
}

/** Does something while a daemon is away. */
export async function withoutDaemon(
  cluster: Cluster,
  [host, daemon]: readonly [DaemonHost, DaemonName],
  act: () => Promise<unknown>,
): Promise<void> {
  await stopDaemon(cluster, host, daemon);
  try {
    await act();
  } finally {
    await startDaemon(cluster, host, daemon);
  }
}

/** Does something while a cable is pulled from the switch; see network.sh of the cluster. */
export async function withoutCable(cluster: Cluster, cable: string, act: () => Promise<unknown>): Promise<void> {
  const set = (state: 'up' | 'down') =>
    promisify(execFile)('ip', ['-n', `${cluster.name}-switch`, 'link', 'set', cable, state]);
  await set('down');
  try {
    await act();
  } finally {
    await set('up');
  }
}

/**
 * Does something while a cable has a loose contact: it is away for half of each second, so that packets are lost and come
 * late. The delays of netem (tc(8)) would do it more finely, but not every kernel has it.
 */
export async function overLooseCable(cluster: Cluster, cable: string, act: () => Promise<unknown>): Promise<void> {
  let isOver = false;
  const acting = act().finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await withoutCable(cluster, cable, () => delay(LOOSE_MS));
    await delay(LOOSE_MS);
  }
  await acting;
}

/** Does something while a firewall shuts the ports of the compute node cn1. */
export async function behindFirewall(cluster: Cluster, act: () => Promise<unknown>): Promise<void> {
  await shutPorts(cluster, 'cn1');
  try {
    await act();
  } finally {
    await openPorts(cluster, 'cn1');
  }
}

/** Stops processes of login where they are (SIGSTOP) while something is done; `match` is what pkill(1) takes. */
export async function whileHanging(world: World, match: readonly string[], act: () => Promise<unknown>): Promise<void> {
  await onLogin(world, ['pkill', '-STOP', ...match]);
  try {
    await act();
  } finally {
    await onLogin(world, ['pkill', '-CONT', ...match]).catch(() => {});
  }
}

/**
 * Kills slurmctld (kill -9) and starts it again. It writes its jobs down every few seconds: what it took since, it does
 * not know any more.
 */
export async function killSlurmctld(world: World): Promise<void> {
  await onLogin(world, ['pkill', '-KILL', '--exact', 'slurmctld']);
  const unsaved = Date.now() - SAVED_WITHIN_MS;
  for (const server of world.servers) {
    const row = world.readRow(server.id);
    const isWritten = Date.parse(row?.submitted_at ?? '') < unsaved;
    server.mayBeForgotten ||= row?.state !== 'ended' && row?.submit_attempted_at !== null && !isWritten;
  }
  await startDaemon(world.cluster, 'login', 'slurmctld');
}

/** Suspends a server's job for a while. */
export async function suspend(world: World, server: ExpectedServer, suspendMs: number): Promise<void> {
  const jobId = jobOf(world, server);
  await onLogin(world, ['scontrol', 'suspend', jobId]);
  await delay(suspendMs);
  await onLogin(world, ['scontrol', 'resume', jobId]);
}

/** Another program will answer then; when this resolves the first one is gone. */
export async function requeue(world: World, server: ExpectedServer): Promise<void> {
  server.alive = undefined;
  await onLogin(world, ['scontrol', 'requeue', jobOf(world, server)]);
  await startAgain(world, server);
}

/**
 * Slurm lets a job that it put back into the queue wait for two minutes (BeginTime); that is nothing to wait for here.
 * Not at once either: within the second of its first end slurmd takes the second run for one that was revoked, and the
 * job fails.
 */
export async function startAgain(world: World, server: ExpectedServer): Promise<void> {
  const jobId = jobOf(world, server);
  await world.until('the job is in the queue again', async () =>
    / JobState=PENDING /.test(await onLogin(world, ['scontrol', 'show', '--oneliner', 'job', jobId])),
  );
  await onLogin(world, ['scontrol', 'update', `JobId=${jobId}`, 'StartTime=now+2']);
}

/** Kills the program of a server on its node (kill -9). */
export async function killProgram(world: World, server: ExpectedServer): Promise<void> {
  const node = world.readRow(server.id)?.endpoint_host;
  server.fate = ['failed'];
  const script = `kill -9 $(pgrep -f "^python3 .*servers/${server.id}/secret")`;
  await execOn(world.cluster, node as 'cn1', ['sh', '-c', script]);
}

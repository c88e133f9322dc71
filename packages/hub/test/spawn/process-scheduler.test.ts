import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Site } from '../../src/sites/site.js';
import { ProcessScheduler } from '../../src/spawn/scheduler/process-scheduler.js';
import type { JobStatus } from '../../src/spawn/scheduler/scheduler.js';
import { folderOf } from '../../src/spawn/server-files.js';

const serverId = '0123456789abcdef';
let home: string;
let scheduler: ProcessScheduler;

/** Real processes of this machine, in a home of their own. */
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'juhub-home-'));
  mkdirSync(path.join(home, folderOf(serverId)), { recursive: true });
  scheduler = new ProcessScheduler({ runAs: () => run } as unknown as Site);
});

afterEach(async () => {
  await scheduler.cancel({ serverId, account: 'me', jobId: '' });
  const left = await scheduler.find({ serverId, account: 'me' });
  if (left !== undefined) {
    await untilOver(left);
  }
  rmSync(home, { recursive: true, force: true });
});

function run(command: { argv: readonly string[]; stdin?: string }) {
  const [file = '', ...args] = command.argv;
  return new Promise<{ stdout: string; stderr: string; exitCode: number }>((resolve) => {
    const child = execFile(file, args, { env: { ...process.env, HOME: home } }, (error, stdout, stderr) =>
      resolve({ stdout, stderr, exitCode: typeof error?.code === 'number' ? error.code : 0 }),
    );
    // A command that does not read its input closes it: no fault of the test.
    child.stdin?.on('error', () => {}).end(command.stdin ?? '');
  });
}

const job = (script: string) => ({ serverId, account: 'me', script });
const ref = (jobId: string) => ({ serverId, account: 'me', jobId });

async function untilOver(jobId: string): Promise<JobStatus> {
  for (;;) {
    const status = (await scheduler.poll([ref(jobId)])).get(serverId);
    if (status?.phase === 'over') {
      return status;
    }
    await delay(50);
  }
}

/** The kernel takes a moment to clear a killed process away; one that lives on runs into the test's time limit. */
async function untilGone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await delay(20);
  }
}

async function untilThere(file: string): Promise<void> {
  while (!existsSync(file)) {
    await delay(20);
  }
}

test('A script runs in the home folder, its output goes to the log, and its exit code is told', async () => {
  const jobId = await scheduler.submit(job('pwd; echo fine >&2; exit 7'));
  expect(await untilOver(jobId)).toMatchObject({ phase: 'over', state: 'FAILED', exitCode: '7' });
  expect(readFileSync(path.join(home, folderOf(serverId), 'log'), 'utf8')).toBe(`${home}\nfine\n`);
});

test('A script that is submitted twice runs once', async () => {
  const first = await scheduler.submit(job('echo once; sleep 60'));
  const second = await scheduler.submit(job('echo twice; sleep 60'));
  expect(second).toBe(first);
  expect(await scheduler.find({ serverId, account: 'me' })).toBe(first);
});

test('A running script is seen as running, and one that is cancelled is over with all its children', async () => {
  const jobId = await scheduler.submit(job(`sleep 300 & echo $! > "$HOME/child"; wait`));
  expect((await scheduler.poll([ref(jobId)])).get(serverId)).toMatchObject({ phase: 'running' });
  await scheduler.cancel(ref(jobId));
  await untilOver(jobId);
  const child = readFileSync(path.join(home, 'child'), 'utf8').trim();
  await untilGone(Number(child));
});

test('A script that ends in good order when it is cancelled is over only when it has, with its exit code', async () => {
  const jobId = await scheduler.submit(job(`trap 'sleep 0.5; exit 3' TERM; touch "$HOME/ready"; sleep 300 & wait`));
  await untilThere(path.join(home, 'ready'));
  await scheduler.cancel(ref(jobId));
  expect(await untilOver(jobId)).toMatchObject({ phase: 'over', exitCode: '3' });
});

test('A script that was killed from outside is over, and said to have been killed', async () => {
  const jobId = await scheduler.submit(job('sleep 300'));
  const pid = Number(jobId.split(':')[1]);
  process.kill(-pid, 'SIGKILL');
  expect(await untilOver(jobId)).toMatchObject({ phase: 'over', state: 'KILLED' });
});

test('A server of which the login node knows nothing has no status, and to cancel it is no error', async () => {
  expect(await scheduler.outcome(ref('x:1:y'))).toBe('unknown');
  await expect(scheduler.cancel(ref('x:1:y'))).resolves.toBeUndefined();
});

test('The script does not stand in the argv of any process', async () => {
  await scheduler.submit(job('echo a-word-that-only-the-script-has; sleep 60'));
  const { stdout } = await run({ argv: ['ps', '-eo', 'args'] });
  expect(stdout).not.toContain('a-word-that-only-the-script-has');
});

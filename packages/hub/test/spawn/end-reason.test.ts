import { expect, test } from 'vitest';
import { explainEnd, writeEnd } from '../../src/spawn/end-reason.js';
import type { JobStatus } from '../../src/spawn/scheduler/scheduler.js';

const over = (state: string, exitCode?: string): JobStatus => ({
  jobId: '1',
  phase: 'over',
  state,
  nodes: [],
  ...(exitCode === undefined ? {} : { exitCode }),
});
const untouched = { wasReady: true };

test.each([
  ['TIMEOUT', 'wall-time'],
  ['OUT_OF_MEMORY', 'out-of-memory'],
  ['NODE_FAIL', 'node-failure'],
  ['PREEMPTED', 'preempted'],
  ['CANCELLED by 1000', 'cancelled'],
  ['COMPLETED', 'finished'],
  ['FAILED', 'failed'],
])('A job that ended as %s gives the reason %s', (state, reason) => {
  expect(explainEnd(over(state), untouched).reason).toBe(reason);
});

test('Whoever stopped the server is told so, whatever the scheduler calls it', () => {
  expect(explainEnd(over('CANCELLED'), { stoppedBy: 'owner', wasReady: true }).reason).toBe('stopped');
  const byAdmin = explainEnd(over('CANCELLED'), { stoppedBy: 'administrator', wasReady: true });
  expect([byAdmin.reason, writeEnd(byAdmin)]).toEqual(['stopped', 'An administrator stopped it.']);
});

test('A job that ended well before its server was ready counts as a failure', () => {
  expect(explainEnd(over('COMPLETED'), { wasReady: false }).reason).toBe('failed');
});

test('What the job script says of its failure comes before the bare exit code', () => {
  const end = explainEnd(over('FAILED', '1:0'), { ...untouched, failure: 'There is no JupyterLab on gpu1.' });
  expect(end).toMatchObject({ reason: 'failed', values: { words: 'There is no JupyterLab on gpu1.' } });
  expect(writeEnd(end)).toMatch(/ There is no JupyterLab on gpu1\.$/);
});

test('The exit code is shown when nothing better is known', () => {
  expect(writeEnd(explainEnd(over('FAILED', '7:0'), untouched))).toContain('exit code 7 (FAILED)');
  expect(writeEnd(explainEnd(over('FAILED', '0:11'), untouched))).toContain('signal 11 (FAILED)');
});

test('A job of which no record is left is said to have vanished, not to have succeeded', () => {
  expect(explainEnd(undefined, untouched).reason).toBe('vanished');
});

test('A server that the job script ended just before the wall time ended by wall time, though its job ended well', () => {
  const end = explainEnd(over('COMPLETED', '0:0'), { wasReady: true, isWallTime: true });
  expect(end.reason).toBe('wall-time');
});

/** The end of the output of a job that the test cluster's Slurm (24.11, no cgroups) ended for its memory. */
const OVER_MEMORY = `[I 2026-11-24 10:34:01 ServerApp] Kernel started
slurmstepd-cn1: error: StepId=1.batch exceeded memory limit (1102510080 > 1048576000), being killed
slurmstepd-cn1: error: Exceeded job memory limit
slurmstepd-cn1: error: *** JOB 1 ON cn1 CANCELLED AT 2026-11-24T10:34:06 ***
`;

test.each([
  ['the poll of a cluster without cgroups', 'FAILED', '0:9', OVER_MEMORY],
  [
    'the kernel, as task/cgroup tells it',
    'FAILED',
    '137:0',
    'slurmstepd: error: Detected 1 oom_kill event in StepId=7.batch. Some of the step tasks have been OOM Killed.',
  ],
  ['the kernel, in a step', 'FAILED', '1:0', 'srun: error: cn1: task 0: Out Of Memory'],
  ['the kernel, by its exit code', 'FAILED', '0:125', ''],
  ['Slurm, by its state', 'OUT_OF_MEMORY', '0:0', ''],
  ['a poll whose cancel came first', 'CANCELLED by 0', '0:15', OVER_MEMORY],
])('A job that was ended for its memory is said to be out of memory: %s', (_who, state, exitCode, log) => {
  expect(explainEnd(over(state, exitCode), { ...untouched, log }).reason).toBe('out-of-memory');
});

test('A failure is not taken for lack of memory because the program printed such words', () => {
  const log = 'MemoryError: exceeded memory limit\nthe oom_kill of slurmstepd: error: Exceeded job memory limit\n';
  expect(explainEnd(over('FAILED', '1:0'), { ...untouched, log }).code).toBe('exit-code');
  expect(explainEnd(over('COMPLETED', '0:0'), { ...untouched, log: OVER_MEMORY }).reason).toBe('finished');
});

test('Lack of memory explains a failure better than the job script, which only saw its program die', () => {
  const failure = 'The server never got ready: it ended with exit code 137.';
  expect(explainEnd(over('OUT_OF_MEMORY'), { ...untouched, failure }).reason).toBe('out-of-memory');
});

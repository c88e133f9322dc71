import { expect, test } from 'vitest';
import { explainEnd } from '../../src/spawn/end-reason.js';
import type { JobStatus } from '../../src/spawn/scheduler/scheduler.js';

const over = (state: string, exitCode?: string): JobStatus => ({
  jobId: '1',
  phase: 'over',
  state,
  nodes: [],
  ...(exitCode === undefined ? {} : { exitCode }),
});
const untouched = { stopRequested: false, wasReady: true };

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
  expect(explainEnd(over('CANCELLED'), { stopRequested: true, wasReady: true }).reason).toBe('stopped');
});

test('A job that ended well before its server was ready counts as a failure', () => {
  expect(explainEnd(over('COMPLETED'), { stopRequested: false, wasReady: false }).reason).toBe('failed');
});

test('What the job script says of its failure comes before the bare exit code', () => {
  const end = explainEnd(over('FAILED', '1:0'), { ...untouched, failure: 'There is no JupyterLab on gpu1.' });
  expect(end.message).toBe('There is no JupyterLab on gpu1.');
});

test('The exit code is shown when nothing better is known', () => {
  expect(explainEnd(over('FAILED', '7:0'), untouched).message).toContain('7:0');
});

test('A job of which no record is left is said to have vanished, not to have succeeded', () => {
  expect(explainEnd(undefined, untouched).reason).toBe('vanished');
});

test('A server that the job script ended just before the wall time ended by wall time, though its job ended well', () => {
  const end = explainEnd(over('COMPLETED', '0:0'), { stopRequested: false, wasReady: true, isWallTime: true });
  expect(end.reason).toBe('wall-time');
});

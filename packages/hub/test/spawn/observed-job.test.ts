import { beforeEach, expect, test, vi } from 'vitest';
import type { EndpointWatcher } from '../../src/spawn/endpoint-watcher.js';
import type { JobPoller, Observation, WatchedJob } from '../../src/spawn/job-poller.js';
import { ObservedJob } from '../../src/spawn/observed-job.js';

const AWAY: Observation = { kind: 'unreachable', why: 'slurmctld does not answer', hop: 'scheduler' };

let job: ObservedJob;
let news: number;
let hear: (observation: Observation) => void;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const poller = {
    watch: ({ onObservation }: WatchedJob) => {
      hear = onObservation;
      return () => {};
    },
  } as Partial<JobPoller> as JobPoller;
  news = 0;
  job = new ObservedJob({ poller, watcher: {} as EndpointWatcher }, () => {
    news += 1;
  });
  job.watch({ serverId: '0123456789abcdef', account: 'alice1', jobId: '7' });
  return () => vi.useRealTimers();
});

/** What is heard every five seconds for a time. */
function hearFor(seconds: number, observation: Observation): void {
  for (let passed = 0; passed < seconds; passed += 5) {
    hear(observation);
    vi.advanceTimersByTime(5_000);
  }
}

test('A job that the scheduler does not know three times in a row is over', () => {
  hear({ kind: 'unknown' });
  hear({ kind: 'unknown' });
  expect(job.isOver).toBe(false);
  hear({ kind: 'unknown' });
  expect(job.isOver).toBe(true);
  expect(job.fate).toBeUndefined();
});

test('A job whose records may still be handed in is given a minute for them, and its true end is told', () => {
  hearFor(55, { kind: 'unsettled' });
  expect(job.isOver).toBe(false);
  hear({ kind: 'status', status: { jobId: '7', phase: 'over', state: 'CANCELLED', nodes: [] } });
  expect(job.isOver).toBe(true);
  expect(job.fate).toMatchObject({ state: 'CANCELLED' });
});

test('A job whose records are never handed in is over after a minute, which is news', () => {
  hearFor(60, { kind: 'unsettled' });
  expect(job.isOver).toBe(false);
  const before = news;
  hear({ kind: 'unsettled' });
  expect(job.isOver).toBe(true);
  expect(job.fate).toBeUndefined();
  expect(news).toBe(before + 1);
});

test('Time in which the scheduler could not be asked does not count for a job whose records may still be handed in', () => {
  hearFor(50, { kind: 'unsettled' });
  hear(AWAY);
  hearFor(60, { kind: 'unsettled' });
  expect(job.isOver).toBe(false);
  hear({ kind: 'unsettled' });
  expect(job.isOver).toBe(true);
});

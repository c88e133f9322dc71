import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Rounds } from '../../src/spawn/rounds.js';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const INTERVALS = { everyMs: 60_000, againMs: 1_000 };

test('Rounds go on calmly while all is well, and come soon after one that failed', async () => {
  let isWell = true;
  let count = 0;
  const failures: number[] = [];
  const act = async () => {
    count += 1;
    if (!isWell) {
      throw new Error('away');
    }
  };
  const rounds = new Rounds(act, INTERVALS, (_error, inARow) => failures.push(inARow));
  await rounds.start();
  await vi.advanceTimersByTimeAsync(50_000);
  expect(count).toBe(1);
  isWell = false;
  await vi.advanceTimersByTimeAsync(17_000);
  expect(failures.slice(0, 2)).toEqual([1, 2]);
  isWell = true;
  await vi.advanceTimersByTimeAsync(1_200);
  const afterwards = count;
  await vi.advanceTimersByTimeAsync(50_000);
  expect(count).toBe(afterwards);
  rounds.close();
});

test('No round begins after the close, and one that fails then is nobody’s concern', async () => {
  let fail: (error: Error) => void = () => {};
  const act = () =>
    new Promise<void>((_, reject) => {
      fail = reject;
    });
  const onFailure = vi.fn();
  const rounds = new Rounds(act, INTERVALS, onFailure);
  const started = rounds.start();
  rounds.close();
  fail(new Error('the database is closed'));
  await started;
  expect(onFailure).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});

test('A hurried round comes at once, or right after the one under way, and never beside it', async () => {
  let running = 0;
  let most = 0;
  let count = 0;
  let finish: () => void = () => {};
  const act = async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
    running -= 1;
    count += 1;
  };
  const finishRound = async () => {
    finish();
    await vi.advanceTimersByTimeAsync(0);
  };
  const rounds = new Rounds(act, INTERVALS, () => {});
  void rounds.start();
  rounds.hurry();
  rounds.hurry();
  expect(running).toBe(1);
  await finishRound();
  expect([count, running]).toEqual([1, 1]);
  await finishRound();
  expect([count, running]).toEqual([2, 0]);
  rounds.hurry();
  expect(running).toBe(1);
  await finishRound();
  expect([count, running, most]).toEqual([3, 0, 1]);
  rounds.close();
  rounds.hurry();
  expect(running).toBe(0);
});

test('A round that must not be late comes in time, once for all that wait for it, and the others come as before', async () => {
  let count = 0;
  const act = async () => {
    count += 1;
  };
  const rounds = new Rounds(act, { everyMs: 60_000, againMs: 60_000 }, () => {});
  await rounds.start();
  rounds.hurryWithin(10_000);
  rounds.hurryWithin(20_000);
  await vi.advanceTimersByTimeAsync(9_000);
  expect(count).toBe(1);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(count).toBe(2);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(count).toBe(2);
  rounds.hurryWithin(10_000);
  rounds.close();
  await vi.advanceTimersByTimeAsync(100_000);
  expect(count).toBe(2);
});

import { describe, expect, it } from 'vitest';
import { computeBackoffMs, defaultBackoffPolicy } from '../src/backoff.js';

const compute = (failures: number, code: 'unreachable' | 'sign-in-refused' | 'host-key', chance: number) =>
  computeBackoffMs(defaultBackoffPolicy, failures, code, () => chance);

describe('the time until the next attempt', () => {
  it('is at most 250 ms at first, doubles to two seconds, and after many of those to a minute', () => {
    expect([0, 1, 2, 3].map((failures) => compute(failures, 'unreachable', 1))).toEqual([250, 500, 1000, 2000]);
    const later = [4, 5, 30, 83, 84, 85, 86].map((failures) => compute(failures, 'unreachable', 1));
    expect(later).toEqual([2000, 2000, 2000, 2000, 4000, 8000, 16_000]);
    expect(compute(1_000_000, 'unreachable', 1)).toBe(60_000);
  });

  it('is half chance', () => {
    expect(compute(3, 'unreachable', 0)).toBe(1000);
    expect(compute(3, 'unreachable', 0.5)).toBe(1500);
  });

  it('is long where only a person can help, so that no site blocks us', () => {
    expect(compute(0, 'sign-in-refused', 0)).toBe(15_000);
    expect(compute(0, 'host-key', 1)).toBe(30_000);
    expect(compute(50, 'host-key', 1)).toBe(600_000);
  });
});

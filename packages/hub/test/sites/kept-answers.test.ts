import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KeptAnswers } from '../../src/sites/kept-answers.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

describe('An answer that is kept', () => {
  it('is asked for once, however many want it at the same time and while it is fresh', async () => {
    const kept = new KeptAnswers<number>(1000);
    let asked = 0;
    const ask = async () => ++asked;
    const answers = await Promise.all(Array.from({ length: 200 }, () => kept.get('a', ask)));
    expect(new Set(answers.map(({ value }) => value))).toEqual(new Set([1]));
    vi.advanceTimersByTime(999);
    expect((await kept.get('a', ask)).value).toBe(1);
    vi.advanceTimersByTime(1);
    expect((await kept.get('a', ask)).value).toBe(2);
    expect((await kept.get('b', ask)).value).toBe(3);
  });

  it('stays with its age when the site cannot be asked, which is not tried again at once', async () => {
    const kept = new KeptAnswers<number>(1000);
    const { askedAt } = await kept.get('a', async () => 1);
    vi.advanceTimersByTime(5000);
    let failures = 0;
    const fail = async () => {
      failures += 1;
      throw new Error('login1 does not answer.');
    };
    const stale = { value: 1, askedAt, problem: 'login1 does not answer.', problemHop: 'hub' };
    expect(await kept.get('a', fail)).toEqual(stale);
    expect(await kept.get('a', fail)).toEqual(stale);
    expect(failures).toBe(1);
    vi.advanceTimersByTime(1000);
    expect(await kept.get('a', async () => 2)).toMatchObject({ value: 2, askedAt: new Date() });
  });

  it('does not stay for ever', async () => {
    const kept = new KeptAnswers<number>(1000);
    await kept.get('first', async () => 1);
    vi.advanceTimersByTime(60_000);
    for (let index = 0; index < 100; index += 1) {
      await kept.get(`${index}`, async () => index);
    }
    expect(kept.peek('first')).toBeUndefined();
    expect(kept.peek('99')?.value).toBe(99);
  });
});

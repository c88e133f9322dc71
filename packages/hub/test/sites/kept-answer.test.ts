import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KeptAnswer } from '../../src/sites/kept-answer.js';

const TIMES = { freshMs: 30_000, retryMs: 10_000, warmMs: 120_000 };

/** A site whose answers come when the test lets them. */
class Asked {
  count = 0;
  #waiting: { resolve(answer: string): void; reject(error: Error): void }[] = [];

  readonly ask = (): Promise<string> => {
    this.count += 1;
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  };

  async answer(text: string): Promise<void> {
    this.#waiting.shift()?.resolve(text);
    await vi.advanceTimersByTimeAsync(0);
  }

  async fail(): Promise<void> {
    this.#waiting.shift()?.reject(new Error('away'));
    await vi.advanceTimersByTimeAsync(0);
  }
}

let site: Asked;
let kept: KeptAnswer<string>;

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0);
  site = new Asked();
  kept = new KeptAnswer(site.ask, TIMES);
});

afterEach(() => {
  kept.close();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

async function openWith(text: string): Promise<void> {
  const first = kept.look();
  await site.answer(text);
  await first;
}

describe('An answer that is kept', () => {
  it('is asked for once, however many wait for it', async () => {
    const looks = Array.from({ length: 200 }, () => kept.look());
    await site.answer('first');
    expect(new Set((await Promise.all(looks)).map(({ answer }) => answer))).toEqual(new Set(['first']));
    expect(site.count).toBe(1);
  });

  it('is served at once when it is old, and renewed behind one’s back by one question', async () => {
    await openWith('first');
    kept.close();
    await vi.advanceTimersByTimeAsync(31_000);
    const looks = await Promise.all(Array.from({ length: 50 }, () => kept.look()));
    expect(looks.every(({ answer }) => answer === 'first')).toBe(true);
    await site.answer('second');
    expect((await kept.look()).answer).toBe('second');
    expect(site.count).toBe(2);
  });

  it('is renewed by itself as long as somebody has looked lately, and then no more', async () => {
    await openWith('first');
    for (let round = 2; round <= 5; round += 1) {
      await vi.advanceTimersByTimeAsync(30_000);
      expect(site.count).toBe(round);
      await site.answer(`answer ${round}`);
    }
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(site.count).toBe(5);
    expect(kept.known.answer).toBe('answer 5');
  });

  it('stays with its age when the site cannot be asked, and says why it is not newer', async () => {
    await openWith('first');
    const { askedAt } = kept.known;
    await vi.advanceTimersByTimeAsync(30_000);
    await site.fail();
    expect(await kept.look()).toMatchObject({ answer: 'first', askedAt, failure: new Error('away') });
  });

  it('is not asked for again right after a failure, however many look', async () => {
    const first = kept.look();
    await site.fail();
    expect((await first).answer).toBeUndefined();
    await Promise.all(Array.from({ length: 200 }, () => kept.look()));
    expect(site.count).toBe(1);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(site.count).toBe(2);
    await site.answer('back');
    expect(await kept.look()).toMatchObject({ answer: 'back' });
    expect(kept.known.failure).toBeUndefined();
  });

  it('is asked for at once after a failure that says nothing of the site', async () => {
    const first = kept.look();
    await site.fail();
    await first;
    kept.forgiveFailure();
    const second = kept.look();
    await site.answer('back');
    expect((await second).answer).toBe('back');
  });

  it('is asked for no more once it is closed', async () => {
    await openWith('first');
    kept.close();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(site.count).toBe(1);
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultBackoffPolicy } from '../src/backoff.js';
import { ConnectorError } from '../src/connector-error.js';
import { KeptConnection, type Link } from '../src/transport/kept-connection.js';
import { makeQuietLog } from './quiet-log.js';

class FakeLink implements Link {
  ended = false;
  lose: (reason: string) => void = () => {};
  readonly closed = new Promise<string>((resolve) => {
    this.lose = resolve;
  });

  end(): void {
    this.ended = true;
    this.lose('ended');
  }
}

const never = new AbortController().signal;
let attempts = 0;
let comebacks = 0;
let wanted = true;
let answer: () => Promise<FakeLink>;
let kept: KeptConnection<FakeLink>;

function refuse(code: ConstructorParameters<typeof ConnectorError>[0]): void {
  answer = () => Promise.reject(new ConnectorError(code, 'No way in.'));
}

beforeEach(() => {
  vi.useFakeTimers();
  attempts = 0;
  comebacks = 0;
  wanted = true;
  answer = () => Promise.resolve(new FakeLink());
  kept = new KeptConnection<FakeLink>({
    title: 'the connection',
    isWanted: () => wanted,
    backoff: defaultBackoffPolicy,
    onBack: () => {
      comebacks += 1;
    },
    log: makeQuietLog(),
    connect: () => {
      attempts += 1;
      return answer();
    },
  });
});

afterEach(() => {
  vi.useRealTimers();
});

describe('a kept connection', () => {
  it('connects once for everybody who asks at once', async () => {
    const links = await Promise.all([1, 2, 3].map(() => kept.link(never, 'none')));
    expect(new Set(links).size).toBe(1);
    expect([attempts, kept.state]).toEqual([1, 'connected']);
  });

  it('is not opened before somebody asks', () => {
    expect([attempts, kept.state]).toEqual([0, 'closed']);
  });

  it('comes back within 250 ms when it is lost', async () => {
    const link = await kept.link(never, 'none');
    link.lose('the cable');
    await vi.advanceTimersByTimeAsync(0);
    expect([kept.state, kept.lastError]).toEqual(['backoff', 'the connection was lost: the cable']);
    await vi.advanceTimersByTimeAsync(250);
    expect([attempts, kept.state, kept.reconnects, kept.lastError]).toEqual([2, 'connected', 1, undefined]);
  });

  it('lets a caller wait for a lost connection, even one without patience', async () => {
    const link = await kept.link(never, 'none');
    kept.drop(link, 'the cable');
    const next = kept.link(never, 'none');
    await vi.advanceTimersByTimeAsync(250);
    expect(await next).not.toBe(link);
  });

  it('tells callers at once why it failed and when the next try is', async () => {
    refuse('unreachable');
    await expect(kept.link(never, 'none')).rejects.toThrow('No way in. The next try is in 1 s.');
    await expect(kept.link(never, 'none')).rejects.toMatchObject({ code: 'unreachable', transient: true });
    expect(attempts).toBe(1);
  });

  it('tries every few seconds for some minutes, and about once a minute after that', async () => {
    refuse('unreachable');
    const failed = kept.link(AbortSignal.timeout(3_600_000), 'wait').catch(() => {});
    await vi.advanceTimersByTimeAsync(60_000);
    const soon = attempts;
    await vi.advanceTimersByTimeAsync(300_000);
    const later = attempts;
    await vi.advanceTimersByTimeAsync(600_000);
    expect(soon).toBeGreaterThanOrEqual(30);
    expect(soon).toBeLessThanOrEqual(75);
    expect(attempts - later).toBeGreaterThanOrEqual(9);
    expect(attempts - later).toBeLessThanOrEqual(21);
    void failed;
  });

  it('comes back later and later when it is lost soon after every return', async () => {
    await kept.link(never, 'none');
    const waitsMs: number[] = [];
    for (let round = 0; round < 6; round += 1) {
      const lostAt = Date.now();
      kept.current?.lose('thrown out');
      await vi.advanceTimersByTimeAsync(0);
      while (kept.state !== 'connected') await vi.advanceTimersByTimeAsync(10);
      waitsMs.push(Date.now() - lostAt);
    }
    expect(waitsMs[0]).toBeLessThanOrEqual(270);
    expect(waitsMs[5]).toBeGreaterThanOrEqual(4000);
  });

  it('comes back quickly when a connection is lost that lasted', async () => {
    await kept.link(never, 'none');
    for (let round = 0; round < 6; round += 1) {
      await vi.advanceTimersByTimeAsync(11_000);
      kept.current?.lose('the cable');
      await vi.advanceTimersByTimeAsync(250);
      expect(kept.state).toBe('connected');
    }
  });

  it('makes nobody wait for a refusal to end, and asks the site rarely', async () => {
    refuse('sign-in-refused');
    await expect(kept.link(never, 'wait')).rejects.toMatchObject({ code: 'sign-in-refused', transient: false });
    await vi.advanceTimersByTimeAsync(14_000);
    expect(attempts).toBe(1);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(attempts).toBe(2);
  });

  it('tries again half a minute after the first refusal, however long the site was away before', async () => {
    refuse('unreachable');
    await expect(kept.link(never, 'none')).rejects.toMatchObject({ code: 'unreachable' });
    await vi.advanceTimersByTimeAsync(600_000);
    refuse('host-key');
    const away = attempts;
    while (attempts === away) await vi.advanceTimersByTimeAsync(100);
    await vi.advanceTimersByTimeAsync(14_000);
    expect(attempts).toBe(away + 1);
    await vi.advanceTimersByTimeAsync(16_000);
    expect(attempts).toBe(away + 2);
  });

  it('tries at once when others have reached the same place, unless it was refused there', async () => {
    refuse('unreachable');
    await expect(kept.link(never, 'none')).rejects.toThrow('No way in.');
    answer = () => Promise.resolve(new FakeLink());
    kept.hurry();
    await vi.advanceTimersByTimeAsync(0);
    expect(kept.state).toBe('connected');

    kept.current?.lose('thrown out');
    await vi.advanceTimersByTimeAsync(0);
    refuse('sign-in-refused');
    await vi.advanceTimersByTimeAsync(500);
    const refused = attempts;
    kept.hurry();
    expect(attempts).toBe(refused);
  });

  it('says that it is back only when it had been away', async () => {
    await kept.link(never, 'none');
    expect(comebacks).toBe(0);
    kept.current?.lose('the cable');
    await vi.advanceTimersByTimeAsync(250);
    expect([kept.state, comebacks]).toEqual(['connected', 1]);
  });

  it('does not come back by itself when nobody wants it, but when asked', async () => {
    const link = await kept.link(never, 'none');
    wanted = false;
    link.lose('the cable');
    await vi.advanceTimersByTimeAsync(60_000);
    expect([attempts, kept.state]).toEqual([1, 'closed']);
    await kept.link(never, 'none');
    expect(attempts).toBe(2);
  });

  it('is closed when idle, and only then', async () => {
    const link = await kept.link(never, 'none');
    kept.closeIdle();
    expect(link.ended).toBe(false);
    wanted = false;
    kept.closeIdle();
    expect([link.ended, kept.state]).toEqual([true, 'closed']);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(attempts).toBe(1);
  });

  it('can be tried again before its time', async () => {
    refuse('host-key');
    await expect(kept.link(never, 'none')).rejects.toMatchObject({ code: 'host-key' });
    answer = () => Promise.resolve(new FakeLink());
    kept.retryNow();
    await kept.link(never, 'none');
    expect(attempts).toBe(2);
  });

  it('lets a caller leave while it connects', async () => {
    answer = () => new Promise(() => {});
    const leaving = new AbortController();
    const asked = kept.link(leaving.signal, 'none');
    leaving.abort(new Error('gone'));
    await expect(asked).rejects.toThrow('gone');
  });

  it('ends a link that comes after its own end, and serves nobody any more', async () => {
    const late = new FakeLink();
    let arrive = (_link: FakeLink) => {};
    answer = () =>
      new Promise((resolve) => {
        arrive = resolve;
      });
    const asked = kept.link(never, 'none');
    await kept.end();
    arrive(late);
    await expect(asked).rejects.toMatchObject({ code: 'stopped' });
    await vi.advanceTimersByTimeAsync(0);
    expect([late.ended, kept.state]).toEqual([true, 'closed']);
    await expect(kept.link(never, 'none')).rejects.toMatchObject({ code: 'stopped' });
  });
});

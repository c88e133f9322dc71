import { describe, expect, it } from 'vitest';
import { ruleOfUser, strictestOf } from '../../src/spawn/idle/idle-limits.js';
import { judgeIdle, warnTimeOf } from '../../src/spawn/idle/judge-idle.js';

const MINUTE = 60_000;
const HOUR_LONG = { idleSeconds: 3600, idleBusySeconds: null };
const quiet = (minutes: number, isBusy = false) => ({ quietMs: minutes * MINUTE, isBusy });

describe('The limit of a server', () => {
  it('is the strictest of those of site, template and user', () => {
    const site = { minutes: 480, evenIfBusy: false };
    const template = { minutes: 90, evenIfBusy: false };
    const user = { minutes: 0.5, evenIfBusy: false };
    expect(strictestOf([site, template, user])).toEqual({ idleSeconds: 30, idleBusySeconds: null });
    expect(strictestOf([site, template, undefined])).toEqual({ idleSeconds: 5400, idleBusySeconds: null });
  });

  it('is none where nobody says one', () => {
    expect(strictestOf([undefined, undefined])).toEqual({ idleSeconds: null, idleBusySeconds: null });
  });

  it('takes the user’s from the form, where a field left empty or a zero asks for nothing', () => {
    expect(ruleOfUser({ idle_minutes: 30, minutes: 60 })).toEqual({ minutes: 30, evenIfBusy: false });
    expect([ruleOfUser({}), ruleOfUser({ idle_minutes: 0 })]).toEqual([undefined, undefined]);
  });

  it('keeps a rule for busy kernels when somebody else asks for an earlier end, and does not make that end them earlier', () => {
    const site = { minutes: 480, evenIfBusy: true };
    const user = { minutes: 30, evenIfBusy: false };
    expect(strictestOf([site, undefined, user])).toEqual({ idleSeconds: 1800, idleBusySeconds: 28_800 });
  });
});

describe('The time of a warning', () => {
  it.each([
    [0.5, 0.25],
    [8, 4],
    [15, 5],
    [60, 12],
    [480, 15],
  ])('of a limit of %s minutes is %s minutes', (limit, warned) => {
    expect(warnTimeOf(limit * MINUTE) / MINUTE).toBe(warned);
  });
});

describe('A server with a limit of an hour', () => {
  it('is not looked at again before it could be warned of', () => {
    expect(judgeIdle(HOUR_LONG, quiet(10))).toEqual({ kind: 'active', againMs: 38 * MINUTE });
  });

  it('is warned of 12 minutes before its end, and asked each minute from then on', () => {
    const verdict = { kind: 'warn', endsInMs: 12 * MINUTE, againMs: MINUTE };
    expect(judgeIdle(HOUR_LONG, quiet(48))).toEqual(verdict);
    expect(judgeIdle(HOUR_LONG, quiet(59.75), 11.75 * MINUTE)).toMatchObject({ againMs: 15_000 });
  });

  it('is ended only when the warning was shown for its whole time, however quiet it seems to have been', () => {
    expect(judgeIdle(HOUR_LONG, quiet(100_000))).toMatchObject({ kind: 'warn', endsInMs: 12 * MINUTE });
    expect(judgeIdle(HOUR_LONG, quiet(100_000), 11 * MINUTE)).toMatchObject({ kind: 'warn', endsInMs: MINUTE });
    expect(judgeIdle(HOUR_LONG, quiet(100_000), 12 * MINUTE)).toEqual({ kind: 'end' });
  });

  it('is not ended while the hour is not over, however long it was warned of', () => {
    expect(judgeIdle(HOUR_LONG, quiet(59), 500 * MINUTE)).toMatchObject({ kind: 'warn', endsInMs: MINUTE });
  });

  it('counts as used while a kernel computes, and only where a rule says so it does not', () => {
    expect(judgeIdle(HOUR_LONG, quiet(100_000, true), 500 * MINUTE)).toMatchObject({ kind: 'active' });
    const strict = { idleSeconds: 3600, idleBusySeconds: 28_800 };
    expect(judgeIdle(strict, quiet(61, true), 500 * MINUTE)).toMatchObject({ kind: 'active' });
    expect(judgeIdle(strict, quiet(480, true), 500 * MINUTE)).toEqual({ kind: 'end' });
  });
});

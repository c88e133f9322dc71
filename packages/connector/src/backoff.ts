import type { ConnectorErrorCode } from './connector-error.js';

/**
 * How long to wait before the next attempt: doubling from `firstMs` to at most `lastMs`, with a stay of `stayTries`
 * attempts at `stayMs` on the way.
 */
export interface BackoffRange {
  firstMs: number;
  stayMs?: number;
  stayTries?: number;
  lastMs: number;
}

/** Bounds of the waiting, by what went wrong. */
export interface BackoffPolicy {
  /** A connection was lost: the sooner after it was made, the longer. */
  lost: BackoffRange;
  /** The network or the machine is away: it may be back at any moment. */
  away: BackoffRange;
  /** Somebody has to repair something, and sites block whoever signs in wrongly too often. */
  refused: BackoffRange;
}

/**
 * Quick for a network that blinked, and for the first minutes of one that is away, so that whoever waits at a notebook
 * has it back within seconds; slow for a site that stays away, and for what only a person can mend.
 */
export const defaultBackoffPolicy: BackoffPolicy = {
  lost: { firstMs: 250, lastMs: 60_000 },
  away: { firstMs: 250, stayMs: 2_000, stayTries: 80, lastMs: 60_000 },
  refused: { firstMs: 30_000, lastMs: 600_000 },
};

const refusals: ReadonlySet<ConnectorErrorCode> = new Set(['host-key', 'key-file', 'sign-in-refused']);

/** Whether the site was there and said no, which only a person can mend. */
export function isRefusal(code: ConnectorErrorCode | undefined): boolean {
  return code !== undefined && refusals.has(code);
}

/**
 * Milliseconds until the next attempt after `failures` failed ones of its kind; without a code a connection was made,
 * and lost. Half of it is chance, so that a thousand connections that were lost together do not come back together.
 */
export function computeBackoffMs(
  policy: BackoffPolicy,
  failures: number,
  code: ConnectorErrorCode | undefined,
  random: () => number = Math.random,
): number {
  const range = code === undefined ? policy.lost : isRefusal(code) ? policy.refused : policy.away;
  const wholeMs = growMs(range, failures);
  return Math.round(wholeMs * (0.5 + 0.5 * random()));
}

function growMs({ firstMs, stayMs = firstMs, stayTries = 0, lastMs }: BackoffRange, failures: number): number {
  const toStay = Math.log2(stayMs / firstMs);
  const doublings = failures <= toStay ? failures : Math.max(toStay, failures - stayTries);
  return Math.min(lastMs, firstMs * 2 ** Math.min(doublings, 30));
}

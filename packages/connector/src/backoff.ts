import type { ConnectorErrorCode } from './connector-error.js';

/** How long to wait before the next attempt: doubling from `firstMs` to at most `lastMs`. */
export interface BackoffRange {
  firstMs: number;
  lastMs: number;
}

/** Bounds of the waiting, by what went wrong. */
export interface BackoffPolicy {
  /** The network or the machine is away: it may be back at any moment. */
  away: BackoffRange;
  /** Somebody has to repair something, and sites block whoever signs in wrongly too often. */
  refused: BackoffRange;
}

/** Quick at first for a network that blinked, slow for what only a person can mend. */
export const defaultBackoffPolicy: BackoffPolicy = {
  away: { firstMs: 250, lastMs: 60_000 },
  refused: { firstMs: 30_000, lastMs: 600_000 },
};

const refusals: ReadonlySet<ConnectorErrorCode> = new Set(['host-key', 'key-file', 'sign-in-refused']);

/** Whether the site was there and said no, which only a person can mend. */
export function isRefusal(code: ConnectorErrorCode | undefined): boolean {
  return code !== undefined && refusals.has(code);
}

/**
 * Milliseconds until the next attempt after `failures` failed ones of its kind. Half of it is chance, so that a thousand
 * connections that were lost together do not come back together.
 */
export function computeBackoffMs(
  policy: BackoffPolicy,
  failures: number,
  code: ConnectorErrorCode | undefined,
  random: () => number = Math.random,
): number {
  const { firstMs, lastMs } = isRefusal(code) ? policy.refused : policy.away;
  const wholeMs = Math.min(lastMs, firstMs * 2 ** Math.min(failures, 30));
  return Math.round(wholeMs * (0.5 + 0.5 * random()));
}

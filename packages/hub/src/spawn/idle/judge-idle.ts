import type { IdleLimits } from './idle-limits.js';

/** What is known of a server's use at one moment. */
export interface UseSigns {
  /** How long nothing has happened: no request, no output, no sign of the person. */
  readonly quietMs: number;
  /** A kernel computes. */
  readonly isBusy: boolean;
}

/** What is due for a server, and in how long it has to be looked at again. */
export type IdleVerdict =
  | { readonly kind: 'active'; readonly againMs: number }
  | { readonly kind: 'warn'; readonly endsInMs: number; readonly againMs: number }
  | { readonly kind: 'end' };

const MINUTE_MS = 60_000;

/** How long before its end the user is warned: a fifth of the limit, 5 to 15 minutes, at most half of it. */
export function warnTimeOf(limitMs: number): number {
  return Math.min(limitMs / 2, Math.max(5 * MINUTE_MS, Math.min(15 * MINUTE_MS, limitMs / 5)));
}

/** How often a server is asked while its user is warned, or after it did not answer. */
export function lookAgainMs(limitMs: number): number {
  return Math.min(MINUTE_MS, limitMs / 10);
}

/**
 * Judges a server. It is not asked again before a warning can be due, and never ended before the warning was shown for
 * its whole time: not after a restart of the hub, and not by a clock that was set. Pure.
 *
 * @param warnedForMs for how long the user has been warned without a break
 */
export function judgeIdle(
  { idleSeconds, idleBusySeconds }: IdleLimits,
  { quietMs, isBusy }: UseSigns,
  warnedForMs = 0,
): IdleVerdict {
  const limit = isBusy ? idleBusySeconds : idleSeconds;
  // Busy without a limit for that: as if something had happened just now.
  const limitMs = (limit ?? idleSeconds ?? Number.POSITIVE_INFINITY) * 1000;
  const leftMs = limitMs - (limit === null ? 0 : quietMs);
  const warnMs = warnTimeOf(limitMs);
  if (leftMs > warnMs) {
    return { kind: 'active', againMs: leftMs - warnMs };
  }
  const endsInMs = Math.max(leftMs, warnMs - warnedForMs);
  return endsInMs <= 0
    ? { kind: 'end' }
    : { kind: 'warn', endsInMs, againMs: Math.min(endsInMs, lookAgainMs(limitMs)) };
}

/** A point in time on a page: for programs, and in words. The browser replaces the words by the reader's own clock. */
export interface Moment {
  /** ISO 8601 in UTC. */
  readonly iso: string;
  /** `2026-07-31 14:32 UTC`: what is read without JavaScript. */
  readonly text: string;
}

/** Writes a point in time for a page. */
export function sayMoment(date: Date): Moment {
  const iso = date.toISOString();
  return { iso, text: `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC` };
}

/** The same where there may be none. */
export function sayMomentOf(date: Date | null | undefined): Moment | undefined {
  return date === null || date === undefined ? undefined : sayMoment(date);
}

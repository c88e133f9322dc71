/** Writes a point in time. */
export function writeMoment(date: Date): string {
  return date.toISOString();
}

/** The same where there may be none. */
export function writeMomentOf(date: Date | null | undefined): string | null {
  return date === null || date === undefined ? null : writeMoment(date);
}

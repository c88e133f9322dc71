/**
 * A point in time as the commands print it when told SLURM_TIME_FORMAT=%s: seconds since 1970, free of any zone.
 * `undefined` where there is none: N/A, Unknown, None, (null), the empty text and 0.
 * @throws RangeError for any other text: a time in an unknown zone is worse than none.
 */
export function parseTimestamp(text: string): Date | undefined {
  const time = text.trim();
  if (time === '0' || /^(|n\/a|unknown|none|\(null\)|invalid)$/i.test(time)) return undefined;
  if (!/^\d{1,11}$/.test(time)) throw new RangeError(`not a time in seconds since 1970: ${JSON.stringify(text)}`);
  return new Date(Number(time) * 1000);
}

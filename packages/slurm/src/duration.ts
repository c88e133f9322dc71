const noDuration = /^(|unlimited|infinite|none|n\/a|\(null\)|not_set|invalid|partition_limit|unknown)$/i;

/**
 * A time span as Slurm prints it, in seconds: `1-02:03:04`, `02:03:04`, `30:00` (minutes:seconds), `1-02`, `1-02:03`;
 * a bare number is minutes (sbatch(1), option --time).
 * `undefined` where no span is set: UNLIMITED, NOT_SET, Partition_Limit, INVALID, NONE, N/A and the empty text.
 * @throws RangeError for any other text.
 */
export function parseDurationSeconds(text: string): number | undefined {
  const span = text.trim();
  if (noDuration.test(span)) return undefined;
  const match = /^(?:(\d+)-)?(\d+)(?::(\d+))?(?::(\d+))?(?:\.\d+)?$/.exec(span);
  if (match === null) throw new RangeError(`not a time span: ${JSON.stringify(text)}`);
  const [days, first, second, third] = match.slice(1).map((part) => (part === undefined ? undefined : Number(part)));
  const lead = first ?? 0;
  if (days !== undefined) return ((days * 24 + lead) * 60 + (second ?? 0)) * 60 + (third ?? 0);
  if (third !== undefined) return (lead * 60 + (second ?? 0)) * 60 + third;
  return lead * 60 + (second ?? 0);
}

/** Like parseDurationSeconds, in minutes, rounded down (Slurm's own limits are whole minutes). */
export function parseDurationMinutes(text: string): number | undefined {
  const seconds = parseDurationSeconds(text);
  return seconds === undefined ? undefined : Math.floor(seconds / 60);
}

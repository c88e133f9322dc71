/** One `Key=value` of a line of `scontrol -o`. */
export interface KeyValue {
  readonly key: string;
  readonly value: string;
}

/**
 * A line of `scontrol show … -o` as its pairs, in order. A value reaches to the next ` Key=`, so it may hold blanks.
 * Values are not escaped by Slurm: where users choose one, the caller checks that no key comes twice.
 */
export function parseKeyValues(line: string): KeyValue[] {
  const starts = [...line.matchAll(/(^|\s)([A-Z][A-Za-z0-9_/:.]*)=/g)];
  return starts.map((start, index) => ({
    key: start[2] ?? '',
    value: line.slice(start.index + start[0].length, starts[index + 1]?.index ?? line.length).trim(),
  }));
}

/** `ALL` and `(null)` name no restriction: `undefined`. Otherwise the names. */
export function parseNames(value: string | undefined): string[] | undefined {
  if (value === undefined || value === 'ALL' || value === '(null)' || value === '') return undefined;
  return value.split(',');
}

/** A count; `undefined` for UNLIMITED and its kin. */
export function parseCount(value: string | undefined): number | undefined {
  return value !== undefined && /^\d+$/.test(value.trim()) ? Number(value) : undefined;
}

/** A number that is always there. @throws RangeError when it is not. */
export function parseWhole(value: string): number {
  if (!/^\d+$/.test(value)) throw new RangeError(`not a whole number: ${JSON.stringify(value)}`);
  return Number(value);
}

/** Slurm's `(null)`, `N/A` and `n/a` as `undefined`. */
export function orNothing(value: string | undefined): string | undefined {
  return value === undefined || /^(|\(null\)|n\/a)$/i.test(value.trim()) ? undefined : value;
}

/** Trackable resources by Slurm's names (cpu, mem, node, billing, gres/gpu, gres/gpu:a100 …). Memory is in MiB. */
export type Tres = Readonly<Record<string, number>>;

const memoryUnits: Readonly<Record<string, number>> = { K: 1 / 1024, M: 1, G: 1024, T: 1024 ** 2, P: 1024 ** 3 };

/**
 * `cpu=16,mem=62.5G,gres/gpu=4` → {cpu: 16, mem: 64000, 'gres/gpu': 4}. Empty for `(null)` and the empty text.
 * @throws RangeError for an item without a number.
 */
export function parseTres(text: string): Tres {
  const list = text.trim();
  if (list === '' || list === '(null)' || list === 'N/A') return {};
  return Object.fromEntries(list.split(',').map(parseItem));
}

function parseItem(item: string): [string, number] {
  const match = /^([^=]+)=(\d+(?:\.\d+)?)([KMGTP]?)$/.exec(item);
  if (match?.[1] === undefined) throw new RangeError(`not a resource count: ${JSON.stringify(item)}`);
  const number = Number(match[2]);
  const unit = match[3] ?? '';
  return [match[1], match[1] === 'mem' && unit !== '' ? number * (memoryUnits[unit] ?? 1) : number];
}

/** A memory size as sacct prints it (`1234K`, `1.5G`, `0`) in bytes; `undefined` where none was measured. */
export function parseMemoryBytes(text: string): number | undefined {
  const size = text.trim();
  if (size === '') return undefined;
  const match = /^(\d+(?:\.\d+)?)([KMGTP]?)$/.exec(size);
  if (match === null) throw new RangeError(`not a memory size: ${JSON.stringify(text)}`);
  const perMegabyte = 1024 ** 2;
  const unit = match[2] ?? '';
  return Math.round(Number(match[1]) * (unit === '' ? 1 : (memoryUnits[unit] ?? 1) * perMegabyte));
}

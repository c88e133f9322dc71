/** GPUs of one type on a node. */
export interface GpuCount {
  /** Slurm's type, as in a100; `gpu` where the site names none. */
  readonly type: string;
  readonly count: number;
  readonly allocated: number;
}

/**
 * GPUs in Slurm's list of generic resources: `gpu:a100:4(S:0-1),shard:8` → a100: 4. Other resources are left out.
 * Source: gres.conf(5); the parts in brackets are sockets or the indexes in use.
 */
export function parseGpus(gres: string): Map<string, number> {
  const counts = new Map<string, number>();
  // The brackets hold commas of their own; `gpu:(null):1` has no type.
  for (const item of gres.replace(/\([^)]*\)/g, '').split(',')) {
    const match = /^gpu(?::([^:]*))?:(\d+)$/.exec(item.trim());
    if (match?.[2] === undefined) continue;
    const type = match[1] || 'gpu';
    counts.set(type, (counts.get(type) ?? 0) + Number(match[2]));
  }
  return counts;
}

/** What a node has and what of it is in use. A node that has no GPUs gives an empty list. */
export function countGpus(gres: string, gresUsed: string): GpuCount[] {
  const used = parseGpus(gresUsed);
  return [...parseGpus(gres)].map(([type, count]) => ({ type, count, allocated: used.get(type) ?? 0 }));
}

const MIB_PER_GIB = 1024;

/** An amount of memory as Slurm counts it (MiB) in words: `512 MiB`, `94 GiB`, `1.5 TiB`. */
export function sayMemory(mebibytes: number): string {
  if (mebibytes < MIB_PER_GIB) {
    return `${mebibytes} MiB`;
  }
  const gibibytes = mebibytes / MIB_PER_GIB;
  return gibibytes < MIB_PER_GIB ? `${round(gibibytes)} GiB` : `${round(gibibytes / MIB_PER_GIB)} TiB`;
}

function round(amount: number): number {
  return amount < 10 ? Math.round(amount * 10) / 10 : Math.round(amount);
}

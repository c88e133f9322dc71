import { unparsable } from './slurm-error.js';

/** Slurm's release, as in 24.11.5. */
export interface SlurmVersion {
  readonly text: string;
  readonly major: number;
  readonly minor: number;
}

/** Reads `slurm 24.11.5` or Debian's `slurm-wlm 22.05.8`. */
export function parseVersion(stdout: string): SlurmVersion {
  const match = /^slurm\S* ((\d+)\.(\d+)\S*)/m.exec(stdout);
  if (match?.[1] === undefined) throw unparsable('squeue --version', 'it names no release', stdout);
  return { text: match[1], major: Number(match[2]), minor: Number(match[3]) };
}

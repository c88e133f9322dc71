/** Which commands of Slurm reach the login node: what a hub costs a real scheduler can be counted there alone. */
import { chmod, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Cluster } from './cluster.js';

const TOOLS = ['sacct', 'sacctmgr', 'sbatch', 'scancel', 'scontrol', 'sinfo', 'squeue', 'sstat'];
const LOG = '/var/log/slurm-commands';

/** Counts every command of Slurm that somebody runs on the cluster's hosts by its bare name, from `install` on. */
export class CommandCounter {
  private constructor(private readonly log: string) {}

  /** Puts a note-taker in front of each command: /usr/local/bin comes first on the PATH of a plain SSH command. */
  static async install(cluster: Pick<Cluster, 'root'>): Promise<CommandCounter> {
    const counter = new CommandCounter(path.join(cluster.root, LOG));
    await counter.forget();
    // Everybody writes to it.
    await chmod(counter.log, 0o666);
    for (const tool of TOOLS) {
      const file = path.join(cluster.root, 'usr/local/bin', tool);
      await writeFile(file, `#!/bin/sh\necho "$(id -un) ${tool} $*" >>${LOG}\nexec /usr/bin/${tool} "$@"\n`);
      await chmod(file, 0o755);
    }
    return counter;
  }

  /** The commands since then, as `juhub scontrol show partition`: who, what, and the words that are no options. Sorted. */
  async list(): Promise<string[]> {
    const lines = (await readFile(this.log, 'utf8')).split('\n').filter((line) => line !== '');
    return lines.map(leaveOutOptions).sort();
  }

  /** Begins anew. */
  async forget(): Promise<void> {
    await writeFile(this.log, '');
  }
}

function leaveOutOptions(line: string): string {
  return line
    .split(' ')
    .filter((word) => !word.includes('=') && !word.startsWith('-') && word !== 'withassoc')
    .join(' ');
}

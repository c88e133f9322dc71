/** How a job's script or step ended. */
export interface ExitCode {
  /** The exit code, 0 to 255. */
  readonly status: number;
  /** The signal that ended it; 0 when none did. */
  readonly signal: number;
}

/** Slurm's `status:signal`, as in `1:0` or `0:9` (https://slurm.schedmd.com/job_exit_code.html). */
export function parseExitCode(text: string): ExitCode | undefined {
  const match = /^(\d+):(\d+)$/.exec(text.trim());
  return match === null ? undefined : { status: Number(match[1]), signal: Number(match[2]) };
}

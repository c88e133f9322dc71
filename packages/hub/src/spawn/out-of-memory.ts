import type { JobStatus } from './scheduler/scheduler.js';

/**
 * What Slurm and the kernel write into a job's output when they kill it for its memory. Only lines of Slurm's own
 * programs count: a notebook that prints such words has not run out of memory. Sources: slurmstepd's and srun's
 * messages (jobacct_gather's OverMemoryKill, task/cgroup's oom_kill events), seen on the test cluster.
 */
const KILLED_FOR_MEMORY = new RegExp(
  /^(?:slurmstepd|srun|slurmd)[\w.-]*: (?:error: )?.*/.source +
    /(?:exceeded (?:\w+ )?memory limit|oom[-_ ]?kill|out[- ]of[- ]memory)/.source,
  'im',
);

/** Slurm's exit code for a task that the kernel's out-of-memory killer ended: signal 125. */
const OOM_EXIT = '0:125';

/** States that leave the cause of an end open: without cgroups Slurm calls a job that it killed for its memory so. */
const OPEN_STATES = /^(?:FAILED|CANCELLED)\b/;

/** Whether a job ended because it used more memory than it had. Pure. */
export function isOutOfMemory(status: JobStatus, log: string): boolean {
  if (status.state.startsWith('OUT_OF_MEMORY') || status.exitCode === OOM_EXIT) {
    return true;
  }
  return OPEN_STATES.test(status.state) && KILLED_FOR_MEMORY.test(log);
}

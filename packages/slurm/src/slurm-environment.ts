/**
 * Variables that a user's shell start-up may set and that would silently change what a command does
 * ("ENVIRONMENT VARIABLES" in squeue(1), sacct(1), sinfo(1), scontrol(1), scancel(1), sbatch(1)):
 * SQUEUE_STATES=PENDING would hide every running job, SBATCH_ACCOUNT overrides what the script says.
 * SLURM_CONF is left alone: it says which cluster is meant.
 */
const common = ['SLURM_CLUSTERS', 'SLURM_BITSTR_LEN', 'SLURM_DEBUG_FLAGS'];

const prefixed = (prefix: string, names: string) => names.split(' ').map((name) => `${prefix}_${name}`);

const unwanted = {
  squeue: prefixed(
    'SQUEUE',
    'ACCOUNT ALL ARRAY FEDERATION FORMAT FORMAT2 LICENSES LOCAL NAMES PARTITION PRIORITY QOS SIBLING SORT STATES USERS',
  ),
  sacct: prefixed('SACCT', 'FEDERATION FORMAT LOCAL'),
  sstat: [],
  sinfo: prefixed('SINFO', 'ALL FEDERATION FORMAT LOCAL PARTITION SORT'),
  scontrol: prefixed('SCONTROL', 'ALL FEDERATION FUTURE LOCAL SIBLING'),
  scancel: prefixed(
    'SCANCEL',
    'ACCOUNT BATCH CRON CTLD FULL HURRY INTERACTIVE NAME PARTITION QOS STATE USER VERBOSE WCKEY',
  ),
  sacctmgr: [],
  sbatch: prefixed(
    'SBATCH',
    'ACCOUNT ACCTG_FREQ ARRAY_INX BATCH CLUSTERS CONSTRAINT CONTAINER CONTAINER_ID CORE_SPEC CPUS_PER_GPU DEBUG ' +
      'DELAY_BOOT DISTRIBUTION ERROR EXCLUSIVE EXPORT GET_USER_ENV GPUS GPUS_PER_NODE GPUS_PER_TASK GPU_BIND GPU_FREQ ' +
      'GRES GRES_FLAGS HINT IGNORE_PBS INPUT JOB_NAME MEM_BIND MEM_PER_CPU MEM_PER_GPU MEM_PER_NODE NETWORK NO_KILL ' +
      'NO_REQUEUE OPEN_MODE OUTPUT OVERCOMMIT PARTITION POWER PROFILE QOS REQUEUE REQ_SWITCH RESERVATION SIGNAL ' +
      'SPREAD_JOB THREADS_PER_CORE THREAD_SPEC TIMELIMIT TRES_BIND TRES_PER_TASK USE_MIN_NODES WAIT WAIT4SWITCH ' +
      'WAIT_ALL_NODES WCKEY',
  ),
} as const satisfies Record<string, readonly string[]>;

/** The commands of Slurm that this client uses. */
export type SlurmTool = keyof typeof unwanted;

/** One question to Slurm: which command with which words, and what it reads from standard input. */
export interface SlurmCall {
  readonly tool: SlurmTool;
  readonly words: readonly string[];
  readonly stdin?: string;
  /**
   * The environment is handed on to a job (sbatch). Then it stays free of our time format: a person who
   * types `squeue` in the job's terminal wants to read dates.
   */
  readonly startsJob?: boolean;
}

/**
 * The whole command line of a call, run by env(1): the user's own defaults are unset, and times come as seconds since
 * 1970, free of zones (SLURM_TIME_FORMAT is honoured by squeue, sacct, scontrol and `sbatch --test-only` from 22.05 on).
 * `binFolder` is where Slurm's commands are when the PATH of a plain SSH command lacks them.
 */
export function slurmArgv(call: SlurmCall, binFolder?: string): string[] {
  const unset = [...common, ...unwanted[call.tool]].flatMap((variable) => ['-u', variable]);
  const program = binFolder === undefined ? call.tool : `${binFolder.replace(/\/+$/, '')}/${call.tool}`;
  return ['env', ...unset, ...(call.startsJob ? [] : ['SLURM_TIME_FORMAT=%s']), program, ...call.words];
}

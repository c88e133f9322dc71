import { ownWords } from './slurm-error.js';

/** Why sbatch does not take a job, for programs; whoever shows it to a person has the words. */
export interface Refusal {
  readonly code: RefusalCode;
  /** False: as it was asked for it is never taken. True: it may be taken later, when something has changed. */
  readonly mayPass: boolean;
  /** Slurm's own words, in one line. */
  readonly words: string;
}

/** What a refusal is about. `other`: it is not known; `words` has to do. */
export type RefusalCode =
  | 'account'
  | 'account-partition'
  | 'begin'
  | 'feature'
  | 'group-partition'
  | 'limits'
  | 'memory'
  | 'nodes'
  | 'other'
  | 'partition'
  | 'partition-closed'
  | 'permission'
  | 'qos'
  | 'qos-partition'
  | 'reservation'
  | 'reservation-access'
  | 'resources'
  | 'script'
  | 'submit-limit'
  | 'time';

/** Sources: slurm_strerror(3), sbatch of the test cluster. The first that matches counts, so the narrower come first. */
const patterns: readonly (readonly [RegExp, RefusalCode])[] = [
  [/AssocMaxSubmitJobLimit|QOSMaxSubmitJob\w*Limit|AssocGrpSubmitJobsLimit|QOSGrpSubmitJobsLimit/, 'submit-limit'],
  [/time limit is invalid|QOSMaxWallDurationPerJobLimit|AssocMaxWallDurationPerJobLimit/i, 'time'],
  [/violates accounting\/QOS policy|job violates/i, 'limits'],
  [/account not permitted to use this partition/i, 'account-partition'],
  [/group not permitted to use this partition/i, 'group-partition'],
  [/qos not permitted to use this partition/i, 'qos-partition'],
  [/invalid account/i, 'account'],
  [/invalid qos/i, 'qos'],
  [
    /partition not available|partition configuration not available|partition.* (is )?(down|inactive)/i,
    'partition-closed',
  ],
  [/invalid partition|no partition specified/i, 'partition'],
  // What --test-only says of a reservation that begins later; sbatch itself takes the job, which waits.
  [/invalid time specified/i, 'begin'],
  [/denied to requested reservation|reservation.*access/i, 'reservation-access'],
  [/reservation is invalid|reservation/i, 'reservation'],
  [/invalid feature/i, 'feature'],
  [/memory (required|specification)/i, 'memory'],
  [/node count specification|more nodes than|too many nodes/i, 'nodes'],
  [/node configuration is not available|generic resource|invalid gres/i, 'resources'],
  [/permission denied/i, 'permission'],
  [/batch script|unrecognized option|invalid option/i, 'script'],
];

/** What changes without anybody asking for something else. */
const passing: ReadonlySet<RefusalCode> = new Set(['begin', 'partition-closed', 'resources', 'submit-limit']);

/** Says what sbatch meant when it refused a job, by what it wrote to standard error. Pure. */
export function explainRefusal(stderr: string): Refusal {
  const words = ownWords(stderr)
    .replace(/^allocation failure: /gm, '')
    .replaceAll('\n', ' · ');
  const code = patterns.find(([pattern]) => pattern.test(words))?.[1] ?? 'other';
  return { code, mayPass: passing.has(code), words };
}

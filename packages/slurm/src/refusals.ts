import { ownWords } from './slurm-error.js';

/** Why sbatch does not take a job, for the person who asked for it. */
export interface Refusal {
  readonly code: RefusalCode;
  /** What it means and what to do about it. Full sentences. */
  readonly text: string;
  /** Slurm's own words, in one line. */
  readonly words: string;
}

/** What a refusal is about. `other`: it is not known; `words` has to do. */
export type RefusalCode =
  | 'account'
  | 'account-partition'
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
  [/denied to requested reservation|reservation.*access/i, 'reservation-access'],
  [/reservation is invalid|reservation/i, 'reservation'],
  [/invalid feature/i, 'feature'],
  [/memory (required|specification)/i, 'memory'],
  [/node count specification|more nodes than|too many nodes/i, 'nodes'],
  [/node configuration is not available|generic resource|invalid gres/i, 'resources'],
  [/permission denied/i, 'permission'],
  [/batch script|unrecognized option|invalid option/i, 'script'],
];

const texts: Readonly<Record<RefusalCode, string>> = {
  account: 'This project cannot be charged here. Choose another one.',
  'account-partition': 'This project may not use this partition. Choose another project or another node type.',
  feature: 'No node has a feature that is asked for.',
  'group-partition': 'This partition is for the members of other groups. Choose another node type.',
  limits: 'It asks for more than the project or the quality of service allows. Ask for less.',
  memory: 'It asks for more memory than a node has. Ask for less.',
  nodes: 'This number of nodes is not allowed here. Ask for another one.',
  other: 'Slurm does not take it.',
  partition: 'There is no such partition. Choose another node type.',
  'partition-closed': 'The partition takes no jobs now. Choose another node type, or wait until it opens.',
  permission: 'It is not allowed here; the partition may be for jobs of a reservation alone.',
  qos: 'This quality of service may not be used here. Choose another one.',
  'qos-partition': 'This quality of service may not be used on this partition. Choose another one.',
  reservation: 'The reservation cannot be used: it is over, or not meant for this. Start without it.',
  'reservation-access': 'The reservation is for other people. Start without it.',
  resources: 'No nodes that could take it are in service now. Ask for less, or choose another node type.',
  script: 'The job script has a line that Slurm does not understand. Tell the administrators.',
  'submit-limit': 'The project or the quality of service allows no more jobs in the queue. End another one first.',
  time: 'The wall time is longer than is allowed. Ask for less.',
};

/** Says what sbatch meant when it refused a job, by what it wrote to standard error. Pure. */
export function explainRefusal(stderr: string): Refusal {
  const words = ownWords(stderr)
    .replace(/^allocation failure: /gm, '')
    .replaceAll('\n', ' · ');
  const code = patterns.find(([pattern]) => pattern.test(words))?.[1] ?? 'other';
  return { code, text: texts[code], words };
}

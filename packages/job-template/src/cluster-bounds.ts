import type { FieldSurroundings, PartitionLimits } from './choice-limits.js';
import type { ProblemCode, ValueProblem } from './choice-problem.js';

/** One reason why a number cannot be larger, or smaller. */
export interface Bound {
  readonly value: number;
  readonly code: ProblemCode;
  readonly values: Readonly<Record<string, string | number>>;
  /** In English; a sentence without its end. */
  readonly reason: string;
}

/** Says to the person who asked for a number beyond a bound what is allowed. */
export function explainBound({ code, values, value, reason }: Bound, asked: number): ValueProblem {
  return { code, values: { ...values, limit: value, asked }, message: `${reason}; you asked for ${asked}.` };
}

/** The number of nodes that a partition allows, as an upper bound. */
export function mostNodes(partition: PartitionLimits): Bound {
  const { minNodes, maxNodes } = partition;
  const range = minNodes === maxNodes ? `exactly ${maxNodes}` : `${minNodes} to ${maxNodes}`;
  const words = maxNodes === 1 ? 'allows one node' : `allows ${range} nodes`;
  return boundNodes(partition, maxNodes, words);
}

/** The number of nodes that a partition demands, as a lower bound. */
export function fewestNodes(partition: PartitionLimits): Bound {
  return boundNodes(partition, partition.minNodes, `wants at least ${partition.minNodes} nodes`);
}

function boundNodes(partition: PartitionLimits, value: number, words: string): Bound {
  const { minNodes: min, maxNodes: max } = partition;
  const values = { ...nameValues(partition), min, max };
  return { value, code: 'nodes-of-partition', values, reason: `${nameOf(partition)} ${words}` };
}

/** The number of GPUs that a node of a partition has. */
export function mostGpus(partition: PartitionLimits): Bound {
  const { gpusPerNode: value, gpuType = '' } = partition;
  const name = nameOf(partition);
  if (value === 0) {
    return { value, code: 'gpus-none', values: nameValues(partition), reason: `${name} has no GPUs` };
  }
  const type = gpuType === '' ? '' : ` (${gpuType})`;
  const reason = `${name} has ${value} GPU${value === 1 ? '' : 's'}${type} a node`;
  return { value, code: 'gpus-per-node', values: { ...nameValues(partition), gpuType }, reason };
}

/** The run times that partition, account and QOS allow; nothing for those that set no limit. */
export function mostMinutes({ partition, account, qos }: FieldSurroundings): readonly Bound[] {
  return [
    ...boundMinutes(
      partition,
      'minutes-of-partition',
      partition && nameOf(partition),
      partition && nameValues(partition),
    ),
    ...boundMinutes(account, 'minutes-of-project', `The project ${account?.name}`, { project: account?.name ?? '' }),
    ...boundMinutes(qos, 'minutes-of-qos', `The QOS ${qos?.name}`, { qos: qos?.name ?? '' }),
  ];
}

function boundMinutes(
  owner: { readonly maxMinutes?: number | undefined } | undefined,
  code: ProblemCode,
  who = '',
  values: Bound['values'] = {},
): readonly Bound[] {
  const value = owner?.maxMinutes;
  return value === undefined ? [] : [{ value, code, values, reason: `${who} allows at most ${value} minutes` }];
}

function nameValues({ name, title, kind = 'partition' }: PartitionLimits): Bound['values'] {
  return { place: title ?? name, kind };
}

function nameOf(partition: PartitionLimits): string {
  return partition.kind === 'login' ? (partition.title ?? 'The login node') : `The partition ${partition.name}`;
}

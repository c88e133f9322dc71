import type { FieldSurroundings, PartitionLimits } from './choice-limits.js';
import type { TemplateField } from './template-field.js';

/** The numbers that a field allows now. */
export interface FieldRange {
  readonly min: number;
  readonly max: number;
  /** What is taken when nothing is given; the caller brings it into the range. */
  readonly preferred: number | undefined;
  /** Says, to the person who asked for a number outside of the range, what is allowed and who says so. */
  readonly explain: (asked: number) => string;
}

/** One reason why a number cannot be larger, or smaller. */
interface Bound {
  readonly value: number;
  readonly reason: string;
}

/** Puts together what the template, the partition and the QOS say of a number. */
export function findRange(field: TemplateField, around: FieldSurroundings): FieldRange {
  const unit = unitOf(field);
  const uppers = [...boundsFromCluster(field, around)];
  if (field.max !== undefined) {
    uppers.push({ value: field.max, reason: `${field.label.en}: at most ${field.max}${unit} are allowed` });
  }
  const upper = uppers.reduce<Bound>((least, bound) => (bound.value < least.value ? bound : least), UNBOUNDED);
  const lower = lowerBound(field, around.partition);
  const preferred = field.default ?? defaultFromCluster(field, around.partition);
  return {
    min: Math.min(lower.value, upper.value),
    max: upper.value,
    preferred: typeof preferred === 'number' ? preferred : undefined,
    explain: (asked) => `${asked > upper.value ? upper.reason : lower.reason}; you asked for ${asked}.`,
  };
}

const UNBOUNDED: Bound = { value: Number.POSITIVE_INFINITY, reason: '' };

function unitOf(field: TemplateField): string {
  return field.type === 'duration' ? ' minutes' : '';
}

function lowerBound(field: TemplateField, partition: PartitionLimits | undefined): Bound {
  const own = field.min ?? (field.name === 'gpus' ? 0 : 1);
  if (field.name === 'nodes' && partition !== undefined && partition.minNodes > own) {
    const value = partition.minNodes;
    return { value, reason: `${nameOf(partition)} wants at least ${value} nodes` };
  }
  const isFree = field.min === undefined && field.type === 'integer' && !['nodes', 'gpus'].includes(field.name);
  const value = isFree ? Number.NEGATIVE_INFINITY : own;
  return { value, reason: `${field.label.en}: at least ${value}${unitOf(field)} is needed` };
}

function boundsFromCluster(field: TemplateField, { partition, qos }: FieldSurroundings): readonly Bound[] {
  if (field.name === 'nodes' && partition !== undefined) {
    return [nodesBound(partition)];
  }
  if (field.name === 'gpus' && partition !== undefined) {
    return [gpusBound(partition)];
  }
  if (field.name !== 'minutes') {
    return [];
  }
  const limits = [
    { who: partition && nameOf(partition), maxMinutes: partition?.maxMinutes },
    { who: qos && `The QOS ${qos.name}`, maxMinutes: qos?.maxMinutes },
  ];
  return limits.flatMap(({ who, maxMinutes }) =>
    who === undefined || maxMinutes === undefined
      ? []
      : [{ value: maxMinutes, reason: `${who} allows at most ${maxMinutes} minutes` }],
  );
}

function nodesBound(partition: PartitionLimits): Bound {
  const { minNodes, maxNodes } = partition;
  const name = nameOf(partition);
  if (maxNodes === 1) {
    return { value: 1, reason: `${name} allows one node` };
  }
  const range = minNodes === maxNodes ? `exactly ${maxNodes}` : `${minNodes} to ${maxNodes}`;
  return { value: maxNodes, reason: `${name} allows ${range} nodes` };
}

function gpusBound(partition: PartitionLimits): Bound {
  const { gpusPerNode, gpuType } = partition;
  const name = nameOf(partition);
  if (gpusPerNode === 0) {
    return { value: 0, reason: `${name} has no GPUs` };
  }
  const type = gpuType === undefined ? '' : ` (${gpuType})`;
  return { value: gpusPerNode, reason: `${name} has ${gpusPerNode} GPU${gpusPerNode === 1 ? '' : 's'}${type} a node` };
}

function defaultFromCluster(field: TemplateField, partition: PartitionLimits | undefined): number | undefined {
  switch (field.name) {
    case 'nodes':
      return partition?.minNodes;
    case 'gpus':
      return 0;
    case 'minutes':
      return partition?.defaultMinutes;
    default:
      return undefined;
  }
}

function nameOf(partition: PartitionLimits): string {
  return partition.kind === 'login' ? (partition.title ?? 'The login node') : `The partition ${partition.name}`;
}

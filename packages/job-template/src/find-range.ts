import type { FieldSurroundings, PartitionLimits } from './choice-limits.js';
import type { ValueProblem } from './choice-problem.js';
import { type Bound, explainBound, fewestNodes, mostGpus, mostMinutes, mostNodes } from './cluster-bounds.js';
import type { TemplateField } from './template-field.js';

/** The numbers that a field allows now. */
export interface FieldRange {
  readonly min: number;
  readonly max: number;
  /** What is taken when nothing is given; the caller brings it into the range. */
  readonly preferred: number | undefined;
  /** Says, to the person who asked for a number outside of the range, what is allowed and who says so. */
  readonly explain: (asked: number) => ValueProblem;
}

/** Puts together what the template, the partition, the account and the QOS say of a number. */
export function findRange(field: TemplateField, around: FieldSurroundings): FieldRange {
  const uppers = [...boundsFromCluster(field, around)];
  if (field.max !== undefined) {
    const reason = `${field.label.en}: at most ${field.max}${unitOf(field)} are allowed`;
    uppers.push({ value: field.max, code: 'above-maximum', values: ownValues(field), reason });
  }
  const upper = uppers.reduce<Bound>((least, bound) => (bound.value < least.value ? bound : least), UNBOUNDED);
  const lower = lowerBound(field, around.partition);
  const preferred = field.default ?? defaultFromCluster(field, around.partition);
  return {
    min: Math.min(lower.value, upper.value),
    max: upper.value,
    preferred: typeof preferred === 'number' ? preferred : undefined,
    explain: (asked) => explainBound(asked > upper.value ? upper : lower, asked),
  };
}

const UNBOUNDED: Bound = { value: Number.POSITIVE_INFINITY, code: 'above-maximum', values: {}, reason: '' };

function unitOf(field: TemplateField): string {
  return field.type === 'duration' ? ' minutes' : '';
}

function ownValues({ label, type }: TemplateField): Bound['values'] {
  return { label: label.en, unit: type === 'duration' ? 'minutes' : 'none' };
}

function lowerBound(field: TemplateField, partition: PartitionLimits | undefined): Bound {
  const own = field.min ?? (field.name === 'gpus' ? 0 : 1);
  if (field.name === 'nodes' && partition !== undefined && partition.minNodes > own) {
    return fewestNodes(partition);
  }
  const isFree = field.min === undefined && field.type === 'integer' && !['nodes', 'gpus'].includes(field.name);
  const value = isFree ? Number.NEGATIVE_INFINITY : own;
  const reason = `${field.label.en}: at least ${value}${unitOf(field)} is needed`;
  return { value, code: 'below-minimum', values: ownValues(field), reason };
}

function boundsFromCluster(field: TemplateField, around: FieldSurroundings): readonly Bound[] {
  switch (field.name) {
    case 'nodes':
      return around.partition === undefined ? [] : [mostNodes(around.partition)];
    case 'gpus':
      return around.partition === undefined ? [] : [mostGpus(around.partition)];
    case 'minutes':
      return mostMinutes(around);
    default:
      return [];
  }
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

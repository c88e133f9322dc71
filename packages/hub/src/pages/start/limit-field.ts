import type { TemplateField } from '@juhub/job-template';
import type { Say } from '../../messages/say.js';
import type { NodeType } from '../../sites/node-type.js';
import type { OfferedNodeType } from '../../sites/offer.js';
import { sayMinutes } from '../words/say-duration.js';

/** What a field may hold on one node type. */
export interface FieldLimit {
  /** False: the node type has no such thing, so the field is not asked for. */
  readonly applies: boolean;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  /** The answers of a list that go with the node type; undefined: all. */
  readonly names?: readonly string[] | undefined;
}

/** What only jobs have: a process on the login node is charged to nobody and has that one node. */
export const JOB_ONLY: readonly string[] = ['account', 'qos', 'reservation', 'nodes', 'gpus'];

/** The limit that a node type sets on a field for one person, together with the field's own. Pure. */
export function limitField(field: TemplateField, offered: OfferedNodeType): FieldLimit {
  const { nodeType } = offered;
  if (nodeType.kind === 'login' && JOB_ONLY.includes(field.name)) {
    return { applies: false };
  }
  switch (field.name) {
    case 'account':
      return { applies: true, names: offered.projects };
    case 'qos':
      return { applies: true, names: offered.qos };
    case 'reservation':
      return { applies: true, names: offered.reservations };
    case 'nodes':
      return limitNumber(field, { min: nodeType.minNodes, max: nodeType.maxNodes });
    case 'gpus':
      return nodeType.gpusPerNode === 0
        ? { applies: false }
        : limitNumber(field, { min: 0, max: nodeType.gpusPerNode });
    case 'minutes':
      return limitNumber(field, { max: nodeType.maxMinutes });
    default:
      return limitNumber(field, {});
  }
}

function limitNumber(field: TemplateField, site: { min?: number; max?: number | undefined }): FieldLimit {
  if (field.type !== 'integer' && field.type !== 'duration') {
    return { applies: true };
  }
  const lower = [field.min, site.min].filter((one) => one !== undefined);
  const upper = [field.max, site.max].filter((one) => one !== undefined);
  return {
    applies: true,
    min: lower.length === 0 ? undefined : Math.max(...lower),
    max: upper.length === 0 ? undefined : Math.min(...upper),
  };
}

/** The limit in words, which name the node type where it is the node type's; empty where there is none. */
export function sayLimit(
  field: TemplateField,
  { applies, min, max }: FieldLimit,
  nodeType: NodeType,
  say: Say,
): string {
  const place = nodeType.title;
  if (!applies) {
    return field.name === 'gpus' && nodeType.kind === 'partition' ? say('start.hint.noGpus', { place }) : '';
  }
  if (field.type !== 'integer' && field.type !== 'duration') {
    return '';
  }
  if (field.name === 'minutes') {
    return max === undefined
      ? say('start.hint.noLimitOn', { place })
      : say('start.hint.upToOn', { max: sayMinutes(max), place });
  }
  if (field.name === 'nodes' || field.name === 'gpus') {
    const range = min === max ? String(max) : say('start.range', { min: min ?? 0, max: max ?? '…' });
    return say(field.name === 'gpus' ? 'start.hint.perNodeOn' : 'start.hint.rangeOn', { range, place });
  }
  return sayOwn({ min, max }, field.type === 'duration' ? sayMinutes : String, say);
}

/** A number of the template's own: the same on every node type. */
function sayOwn({ min, max }: Pick<FieldLimit, 'min' | 'max'>, write: (number: number) => string, say: Say): string {
  if (min !== undefined && max !== undefined) {
    return say('start.hint.range', { min: write(min), max: write(max) });
  }
  if (max !== undefined) {
    return say('start.hint.upTo', { max: write(max) });
  }
  return min === undefined ? '' : say('start.hint.atLeast', { min: write(min) });
}

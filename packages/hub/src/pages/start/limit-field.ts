import type { TemplateField } from '@juhub/job-template';
import type { NodeType } from '../../sites/node-type.js';
import { sayMinutes } from '../words/say-duration.js';

/** What a field may hold on one node type. */
export interface FieldLimit {
  /** False: the node type has no such thing, so the field is not asked for. */
  readonly applies: boolean;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  /** The limit in words, which name the node type; empty where there is none. */
  readonly hint: string;
}

/** What only jobs have: a process on the login node is charged to nobody and has that one node. */
export const JOB_ONLY: readonly string[] = ['account', 'qos', 'reservation', 'nodes', 'gpus'];

/** The limit that a node type sets on a field, together with the field's own. Pure. */
export function limitField(field: TemplateField, nodeType: NodeType): FieldLimit {
  if (nodeType.kind === 'login' && JOB_ONLY.includes(field.name)) {
    return { applies: false, hint: '' };
  }
  switch (field.name) {
    case 'nodes':
      return limitNumber(field, nodeType, { min: nodeType.minNodes, max: nodeType.maxNodes }, '');
    case 'gpus':
      return nodeType.gpusPerNode === 0
        ? { applies: false, hint: `${nodeType.title} has no GPUs.` }
        : limitNumber(field, nodeType, { min: 0, max: nodeType.gpusPerNode }, ' per node');
    case 'minutes':
      return limitMinutes(field, nodeType);
    default:
      return limitOwn(field);
  }
}

function limitNumber(
  field: TemplateField,
  nodeType: NodeType,
  site: { min: number; max: number },
  unit: string,
): FieldLimit {
  const min = Math.max(field.min ?? 0, site.min);
  const max = Math.min(field.max ?? Number.POSITIVE_INFINITY, site.max);
  const range = min === max ? `${max}` : `${min} to ${max}`;
  return { applies: true, min, max, hint: `${range}${unit} on ${nodeType.title}.` };
}

function limitMinutes(field: TemplateField, nodeType: NodeType): FieldLimit {
  const max = Math.min(field.max ?? Number.POSITIVE_INFINITY, nodeType.maxMinutes ?? Number.POSITIVE_INFINITY);
  if (!Number.isFinite(max)) {
    return { applies: true, min: field.min, hint: `No limit on ${nodeType.title}.` };
  }
  return { applies: true, min: field.min, max, hint: `Up to ${sayMinutes(max)} on ${nodeType.title}.` };
}

/** A number of the template's own: the same on every node type. */
function limitOwn(field: TemplateField): FieldLimit {
  const { min, max, type } = field;
  if (type !== 'integer' && type !== 'duration') {
    return { applies: true, hint: '' };
  }
  const say = type === 'duration' ? sayMinutes : String;
  const from = min === undefined ? '' : `At least ${say(min)}.`;
  const to = max === undefined ? from : `Up to ${say(max)}.`;
  return { applies: true, min, max, hint: min !== undefined && max !== undefined ? `${say(min)} to ${say(max)}.` : to };
}

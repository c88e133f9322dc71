import type { JobTemplate } from '@juhub/job-template';
import type { NodeType } from '../../sites/node-type.js';
import { limitField } from './limit-field.js';

/** A named good choice, as a link to the form filled in with it. */
export interface PresetLink {
  readonly title: string;
  readonly path: string;
}

type PresetValues = Readonly<Record<string, string>>;

/**
 * The presets of a template that the site can fulfil now. Where a preset names no node type, the first that can hold
 * its values is taken, the scheduler's default before others. Pure.
 */
export function listPresets(site: string, template: JobTemplate, nodeTypes: readonly NodeType[]): PresetLink[] {
  const usable = nodeTypes.filter((nodeType) => nodeType.isUp).toSorted(byDefault);
  return template.presets.flatMap(({ title, values }) => {
    const nodeType = usable.find((one) => canHold(one, values, template));
    if (nodeType === undefined) {
      return [];
    }
    const query = new URLSearchParams({ site, template: template.name, ...values, partition: nodeType.name });
    return [{ title: title.en, path: `/hub/start?${query}` }];
  });
}

function byDefault(one: NodeType, other: NodeType): number {
  return Number(other.isDefault) - Number(one.isDefault);
}

function canHold(nodeType: NodeType, { partition, ...values }: PresetValues, { fields }: JobTemplate): boolean {
  if (partition !== undefined && partition !== nodeType.name) {
    return false;
  }
  return fields.every((field) => {
    const value = values[field.name];
    const limit = limitField(field, nodeType);
    if (value === undefined || !/^\d+$/.test(value)) {
      return true;
    }
    const number = Number(value);
    // No GPUs are what a node type without any has.
    return limit.applies
      ? number >= (limit.min ?? number) && number <= (limit.max ?? number)
      : field.name === 'gpus' && number === 0;
  });
}

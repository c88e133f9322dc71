import { type JobTemplate, pickText } from '@juhub/job-template';
import type { Say } from '../../messages/say.js';
import type { OfferedNodeType } from '../../sites/offer.js';
import { limitField } from './limit-field.js';

/** A named good choice, as a link to the form filled in with it. */
export interface PresetLink {
  readonly title: string;
  readonly path: string;
}

type PresetValues = Readonly<Record<string, string>>;

/** Where presets are for. */
export interface PresetPlace {
  readonly site: string;
  readonly nodeTypes: readonly OfferedNodeType[];
  readonly say: Say;
}

/**
 * The presets of a template that the site can fulfil now. Where a preset names no node type, the first that can hold
 * its values is taken, the scheduler's default before others. Pure.
 */
export function listPresets(template: JobTemplate, { site, nodeTypes, say }: PresetPlace): PresetLink[] {
  const usable = nodeTypes.filter(({ obstacle }) => obstacle === undefined).toSorted(byDefault);
  return template.presets.flatMap(({ title, values }) => {
    const found = usable.find((one) => canHold(one, values, template));
    if (found === undefined) {
      return [];
    }
    const query = new URLSearchParams({ site, template: template.name, ...values, partition: found.nodeType.name });
    return [{ title: pickText(title, say.language), path: `/hub/start?${query}` }];
  });
}

function byDefault(one: OfferedNodeType, other: OfferedNodeType): number {
  return Number(other.nodeType.isDefault) - Number(one.nodeType.isDefault);
}

function canHold(offered: OfferedNodeType, { partition, ...values }: PresetValues, { fields }: JobTemplate): boolean {
  if (partition !== undefined && partition !== offered.nodeType.name) {
    return false;
  }
  return fields.every((field) => {
    const value = values[field.name];
    const limit = limitField(field, offered);
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

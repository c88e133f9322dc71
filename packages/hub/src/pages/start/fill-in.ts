import type { TemplateField } from '@juhub/job-template';
import type { OfferedNodeType } from '../../sites/offer.js';
import { limitField } from './limit-field.js';
import { type Answers, listOffered } from './list-answers.js';
import type { FilledForm } from './read-start-form.js';

/** What the fields of the form are filled in from. */
export interface FillSources extends Answers {
  readonly filled: FilledForm;
  /** What was chosen last time. */
  readonly last: Readonly<Record<string, unknown>>;
}

/** What stands in a field: what was sent (a field that the browser kept back is not), else last time's choice, else the default. */
export function fillIn(field: TemplateField, chosen: OfferedNodeType | undefined, sources: FillSources): string {
  const { filled, last } = sources;
  const sent = Object.hasOwn(filled.choices, field.name) ? filled.choices[field.name] : undefined;
  if (sent !== undefined) {
    return sent;
  }
  const fallback = firstUsable(field, sources, [last[field.name], field.default, defaultOf(field, chosen)]);
  return clamp(fallback, field, chosen);
}

/** Last time's project may be gone by now: only what is still offered is filled in. */
function firstUsable(field: TemplateField, sources: FillSources, values: readonly unknown[]): string {
  const offered = listOffered(field, sources);
  const texts = values.filter((value) => value !== undefined && value !== null).map(String);
  return texts.find((text) => offered === undefined || offered.some(({ name }) => name === text)) ?? '';
}

/** What the cluster takes where nobody says anything. */
function defaultOf(field: TemplateField, chosen: OfferedNodeType | undefined): number | undefined {
  const defaults: Readonly<Record<string, number | undefined>> = {
    nodes: chosen?.nodeType.minNodes ?? 1,
    gpus: 0,
    minutes: chosen?.nodeType.defaultMinutes,
  };
  return Object.hasOwn(defaults, field.name) ? defaults[field.name] : undefined;
}

/** A default that a person did not choose must not be refused: it is brought within the limits of the node type. */
function clamp(text: string, field: TemplateField, chosen: OfferedNodeType | undefined): string {
  if (chosen === undefined || !/^\d{1,9}$/.test(text)) {
    return text;
  }
  const { min = 0, max = Number.POSITIVE_INFINITY, applies } = limitField(field, chosen);
  return applies ? String(Math.max(min, Math.min(max, Number(text)))) : text;
}

import { type JobTemplate, pickText, type TemplateField } from '@juhub/job-template';
import type { Say } from '../../messages/say.js';
import { sayMinutes } from './say-duration.js';

/** A name and what stands behind it, as a line of a list. */
export interface Fact {
  readonly label: string;
  readonly value: string;
}

/** Shown at a place of its own on every page. */
const NOT_LISTED = 'partition';

/**
 * What a person chose for a server, in the words of its template's form. A choice whose field is gone from the template
 * is shown under its bare name.
 *
 * @param template the template as it is now; undefined when it was removed
 */
export function describeChoices(choices: Readonly<Record<string, unknown>>, say: Say, template?: JobTemplate): Fact[] {
  const fields = template?.fields ?? [];
  const known = fields.filter((field) => field.name !== NOT_LISTED && isSet(choices[field.name]));
  const unknown = Object.keys(choices).filter(
    (name) => name !== NOT_LISTED && isSet(choices[name]) && !fields.some((field) => field.name === name),
  );
  return [
    ...known.map((field) => ({
      label: pickText(field.label, say.language),
      value: sayChoice(choices[field.name], field, say),
    })),
    ...unknown.map((name) => ({ label: name, value: sayChoice(choices[name], { name }, say) })),
  ];
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

function sayChoice(value: unknown, field: Pick<TemplateField, 'name'> & Partial<TemplateField>, say: Say): string {
  if (typeof value === 'boolean') {
    return say(value ? 'words.yes' : 'words.no');
  }
  if (typeof value === 'number' && (field.type === 'duration' || field.name === 'minutes')) {
    return sayMinutes(value);
  }
  const known = field.choices?.find((choice) => choice.value === value);
  return known === undefined ? String(value) : pickText(known.label, say.language);
}

import type { JobTemplate, TemplateField } from '@juhub/job-template';
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
export function describeChoices(choices: Readonly<Record<string, unknown>>, template?: JobTemplate): Fact[] {
  const fields = template?.fields ?? [];
  const known = fields.filter((field) => field.name !== NOT_LISTED && isSet(choices[field.name]));
  const unknown = Object.keys(choices).filter(
    (name) => name !== NOT_LISTED && isSet(choices[name]) && !fields.some((field) => field.name === name),
  );
  return [
    ...known.map((field) => ({ label: field.label.en, value: sayChoice(choices[field.name], field) })),
    ...unknown.map((name) => ({ label: name, value: sayChoice(choices[name], { name }) })),
  ];
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

function sayChoice(value: unknown, field: Pick<TemplateField, 'name'> & Partial<TemplateField>): string {
  if (typeof value === 'boolean') {
    return value ? 'yes' : 'no';
  }
  if (typeof value === 'number' && (field.type === 'duration' || field.name === 'minutes')) {
    return sayMinutes(value);
  }
  return field.choices?.find((choice) => choice.value === value)?.label.en ?? String(value);
}

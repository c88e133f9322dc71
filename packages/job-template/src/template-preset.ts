import { checkField } from './check-field.js';
import type { ChoiceLimits } from './choice-limits.js';
import { findUnsafeCharacter } from './find-unsafe-character.js';
import type { TemplateField } from './template-field.js';
import type { TemplateText } from './template-text.js';

/** A good choice that the author of a template offers by name; what it leaves out keeps its default. */
export interface TemplatePreset {
  readonly title: TemplateText;
  /** The form's fields by name, as a form sends them: checked against the template, not yet against any cluster. */
  readonly values: Readonly<Record<string, string>>;
}

/** What the template itself says against a preset's values, by field. */
export function findPresetProblems(
  { values }: TemplatePreset,
  fields: readonly TemplateField[],
): { field: string; message: string }[] {
  return Object.entries(values).flatMap(([name, value]) => {
    const field = fields.find((one) => one.name === name);
    const known = fields.map((one) => one.name).join(', ') || 'none';
    const message =
      field === undefined ? `the form has no field ${name}; it has: ${known}` : findValueProblem(field, value);
    return message === undefined ? [] : [{ field: name, message }];
  });
}

function findValueProblem(field: TemplateField, value: string): string | undefined {
  const unsafe = findUnsafeCharacter(value);
  if (unsafe !== undefined) {
    return `a value is a single line of text; this one holds ${unsafe}`;
  }
  return checkField(field, value, { limits: offerAll(value), partition: undefined, qos: undefined }).problem?.message;
}

/** What a cluster has is for the cluster to say, when the form is filled in. */
function offerAll(name: string): ChoiceLimits {
  const any = Number.POSITIVE_INFINITY;
  return {
    partitions: [{ name, minNodes: 1, maxNodes: any, gpusPerNode: any }],
    accounts: [name],
    qos: [{ name }],
    reservations: [name],
  };
}

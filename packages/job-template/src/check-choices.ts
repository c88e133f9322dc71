import { type CheckedValue, checkField } from './check-field.js';
import type { ChoiceLimits, PartitionLimits } from './choice-limits.js';
import { findUnsafeCharacter } from './find-unsafe-character.js';
import type { JobTemplate } from './job-template.js';

/** One thing that is wrong with what a person chose; the message says what is allowed. */
export interface ChoiceProblem {
  readonly field: string;
  readonly message: string;
}

/** What checkChoices found: values that can be rendered, or what to tell the person. */
export type CheckedChoices =
  | { readonly ok: true; readonly choices: Record<string, string | number | boolean> }
  | { readonly ok: false; readonly problems: readonly ChoiceProblem[] };

/**
 * Turns what a form sent into typed values, checked against the template's fields and against what the cluster allows
 * this person on the partition that was chosen. Nothing of `raw` is trusted. Fields left empty take their default; those
 * without one are left out of the result. On the login node account, QOS and reservation are left out, because a form
 * cannot help sending them.
 *
 * @param raw the form's fields by name; a number is decimal digits and nothing else, a boolean `true`, `on`, `false` or
 *   `off`
 */
export function checkChoices(
  template: JobTemplate,
  raw: Readonly<Record<string, string | undefined>>,
  limits: ChoiceLimits,
): CheckedChoices {
  const refused = [...findUnsafeValues(raw), ...findUnknownFields(template, raw)];
  if (refused.length > 0) {
    return { ok: false, problems: refused };
  }
  const choices: Record<string, string | number | boolean> = {};
  const problems: ChoiceProblem[] = [];
  const partition = findPartition(template, raw, limits);
  // In the order of the form, but the partition and QOS first: others have their limits from them.
  for (const field of [...template.fields].sort((one, other) => rank(one.name) - rank(other.name))) {
    const given = Object.hasOwn(raw, field.name) ? (raw[field.name] ?? '') : '';
    const qos = limits.qos.find((one) => one.name === choices.qos);
    const checked: CheckedValue = checkField(field, given, { limits, partition, qos });
    if (checked.problem !== undefined) {
      problems.push({ field: field.name, message: checked.problem });
    } else if (checked.value !== undefined) {
      choices[field.name] = checked.value;
    }
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, choices };
}

function rank(name: string): number {
  return name === 'partition' ? 0 : name === 'qos' ? 1 : 2;
}

function findPartition(
  template: JobTemplate,
  raw: Readonly<Record<string, string | undefined>>,
  limits: ChoiceLimits,
): PartitionLimits | undefined {
  const field = template.fields.find((one) => one.type === 'partition');
  const given = Object.hasOwn(raw, 'partition') ? raw.partition : undefined;
  const name = given || field?.default;
  return field && limits.partitions.find((one) => one.name === name);
}

function findUnsafeValues(raw: Readonly<Record<string, string | undefined>>): ChoiceProblem[] {
  return Object.entries(raw).flatMap(([field, value]) => {
    const unsafe = findUnsafeCharacter(value ?? '');
    return unsafe === undefined
      ? []
      : [{ field, message: `A value must be a single line of text; this one holds ${unsafe}.` }];
  });
}

function findUnknownFields(template: JobTemplate, raw: Readonly<Record<string, string | undefined>>): ChoiceProblem[] {
  const known = template.fields.map((field) => field.name);
  return Object.keys(raw)
    .filter((name) => !known.includes(name))
    .map((name) => ({
      field: name,
      message: `${template.title.en} has no field ${JSON.stringify(name.slice(0, 40))}. It has: ${known.join(', ') || 'none'}.`,
    }));
}

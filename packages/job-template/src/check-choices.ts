import { type CheckedValue, checkField } from './check-field.js';
import type { ChoiceLimits, FieldSurroundings, PartitionLimits } from './choice-limits.js';
import type { ChoiceProblem } from './choice-problem.js';
import { findUnsafeCharacter } from './find-unsafe-character.js';
import type { JobTemplate } from './job-template.js';

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
  // In the order of the form, but the partition, account and QOS first: others have their limits from them.
  for (const field of [...template.fields].sort((one, other) => rank(one.name) - rank(other.name))) {
    const given = Object.hasOwn(raw, field.name) ? (raw[field.name] ?? '') : '';
    const checked: CheckedValue = checkField(field, given, { limits, partition, ...findChosen(choices, limits) });
    if (checked.problem !== undefined) {
      problems.push({ field: field.name, ...checked.problem });
    } else if (checked.value !== undefined) {
      choices[field.name] = checked.value;
    }
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, choices };
}

const FIRST: readonly string[] = ['partition', 'account', 'qos'];

function rank(name: string): number {
  return FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length;
}

/** The account and the QOS among what was checked so far. */
function findChosen(
  choices: Readonly<Record<string, string | number | boolean>>,
  limits: ChoiceLimits,
): Pick<FieldSurroundings, 'account' | 'qos'> {
  const name = typeof choices.account === 'string' ? choices.account : undefined;
  return {
    account: name === undefined ? undefined : { name, ...limits.accountRules?.get(name) },
    qos: limits.qos.find((one) => one.name === choices.qos),
  };
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
    const character = findUnsafeCharacter(value ?? '');
    const message = `A value must be a single line of text; this one holds ${character}.`;
    return character === undefined ? [] : [{ field, code: 'unsafe-character', values: { character }, message }];
  });
}

function findUnknownFields(template: JobTemplate, raw: Readonly<Record<string, string | undefined>>): ChoiceProblem[] {
  const names = template.fields.map((field) => field.name);
  const known = names.join(', ') || 'none';
  return Object.keys(raw)
    .filter((name) => !names.includes(name))
    .map((field) => {
      const given = field.slice(0, 40);
      const message = `${template.title.en} has no field ${JSON.stringify(given)}. It has: ${known}.`;
      return { field, code: 'unknown-field', values: { template: template.title.en, given, known }, message };
    });
}

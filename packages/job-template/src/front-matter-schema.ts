import { z } from 'zod';
import { RESERVED_FIELDS, type TemplateField, type TemplateFieldType } from './template-field.js';
import { findPresetProblems, type TemplatePreset } from './template-preset.js';
import type { TemplateText } from './template-text.js';

/** One text for all, or one a language; afterwards always the latter. */
const text = z
  .union([z.string().min(1), z.strictObject({ en: z.string().min(1), de: z.string().min(1).optional() })], {
    error: ({ input }) => (input === undefined ? undefined : 'write a text, or { en: …, de: … }'),
  })
  .meta({ id: 'text', description: 'A text that people read: one for all, or one a language.' })
  .transform((given): TemplateText => (typeof given === 'string' ? { en: given } : given));

const common = {
  label: text.describe('What people read beside the field.'),
  help: text.optional().describe('A sentence below the field.'),
  required: z.boolean().default(true).describe('false: may be left empty; the script then has to ask with {{#if}}.'),
};
const fromCluster = {
  ...common,
  default: z.string().min(1).optional().describe('What is taken when it is left empty.'),
};
const number = {
  ...common,
  default: z.int().optional().describe('What is taken when the field is left empty.'),
  min: z.int().optional().describe('The smallest number.'),
  max: z.int().optional().describe('The largest number; the cluster may allow less.'),
};
const choice = z
  .union([z.string().min(1), z.strictObject({ value: z.string().min(1), label: text })])
  .transform((given) => (typeof given === 'string' ? { value: given, label: { en: given } } : given));

const fieldSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('partition'), ...fromCluster }).describe('A node type of the site.'),
  z.strictObject({ type: z.literal('account'), ...fromCluster }).describe('A Slurm account of the user.'),
  z.strictObject({ type: z.literal('qos'), ...fromCluster }).describe('A quality of service of the user.'),
  z.strictObject({ type: z.literal('reservation'), ...fromCluster }).describe('A reservation of the user.'),
  z.strictObject({ type: z.literal('integer'), ...number }).describe('A whole number.'),
  z.strictObject({ type: z.literal('duration'), ...number }).describe('A time in minutes.'),
  z
    .strictObject({
      type: z.literal('choice'),
      ...fromCluster,
      choices: z.array(choice).min(1).describe('The answers: texts, or value and label.'),
    })
    .describe('One of some answers.'),
  z
    .strictObject({
      type: z.literal('boolean'),
      ...common,
      default: z.boolean().default(false).describe('Whether the box is ticked.'),
    })
    .describe('Yes or no.'),
  z
    .strictObject({
      type: z.literal('text'),
      ...common,
      default: z.string().optional().describe('What is taken when the field is left empty.'),
      min: z.int().min(0).optional().describe('The smallest length in characters.'),
      max: z.int().min(1).optional().describe('The largest length in characters; 200 where none is given.'),
      pattern: z.string().optional().describe('A regular expression (JavaScript) that the whole text must match.'),
    })
    .describe('A line of text.'),
]);

const fieldName = z.string().regex(/^[a-z][a-z0-9_]{0,30}$/, 'a field’s name has lower-case letters, digits and _');

const presetSchema = z.strictObject({
  title: text.describe('What people read on the button.'),
  values: z
    .record(fieldName, z.union([z.string(), z.int(), z.boolean()]).transform(String))
    .describe('Values by the names of the fields; what is left out keeps its default.'),
});

/** What the YAML between the two `---` lines may say. Unknown keys are refused. */
export const frontMatterSchema = z
  .strictObject({
    title: text.describe('What people read in the form.'),
    description: text.optional().describe('A sentence below the title.'),
    sites: z.array(z.string().min(1)).min(1).optional().describe('The sites that offer it; left out: all.'),
    groups: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe('The UNIX groups of the site whose members may start it; left out: everybody.'),
    idle: z
      .strictObject({
        minutes: z.number().min(0.1).max(525_600).describe('Minutes without any activity.'),
        evenIfBusy: z.boolean().default(false).describe('true: also while a kernel computes.'),
      })
      .optional()
      .describe('When its servers are ended if nobody uses them; the site and the user may ask for less.'),
    fields: z
      .record(fieldName, fieldSchema)
      .default({})
      .describe('What the form asks for, in its order; {{choices.NAME}} in the script.'),
    presets: z.array(presetSchema).default([]).describe('Good choices by name, in the order of the form.'),
  })
  .superRefine(({ fields: given, presets }, context) => {
    const fields: TemplateField[] = Object.entries(given).map(([name, field]) => ({ name, ...field }));
    const inFields = findFieldIssues(fields);
    // Presets are checked against the fields, so those have to be right.
    for (const { path, message } of inFields.length > 0 ? inFields : findPresetIssues(presets, fields)) {
      context.addIssue({ code: 'custom', path: [...path], message });
    }
  });

interface MatterIssue {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

function findFieldIssues(fields: readonly TemplateField[]): MatterIssue[] {
  return fields.flatMap((field) =>
    findContradictions(field).map((message) => ({ path: ['fields', field.name], message })),
  );
}

function findPresetIssues(presets: readonly TemplatePreset[], fields: readonly TemplateField[]): MatterIssue[] {
  return presets.flatMap((preset, index) => {
    const isSecond = presets.findIndex(({ title }) => title.en === preset.title.en) < index;
    const twice = { path: ['presets', index, 'title'], message: 'another preset has this title' };
    const wrong = findPresetProblems(preset, fields).map(({ field, message }) => ({
      path: ['presets', index, 'values', field],
      message,
    }));
    return isSecond ? [twice, ...wrong] : wrong;
  });
}

/** What no schema of a single key can see. */
function findContradictions(field: TemplateField): string[] {
  const { name, type, min, max } = field;
  const found: string[] = [];
  const fixedType = RESERVED_FIELDS.get(name);
  if (fixedType !== undefined && fixedType !== type) {
    found.push(`the field ${name} has the type ${fixedType}, because its name has a fixed meaning`);
  }
  if (fixedType === undefined && [...RESERVED_FIELDS].some(([own, taken]) => own === taken && taken === type)) {
    found.push(`a field of type ${type} is called ${type}`);
  }
  if (min !== undefined && max !== undefined && min > max) {
    found.push(`min (${min}) is larger than max (${max})`);
  }
  const badDefault = describeBadDefault(field);
  return badDefault === undefined ? found : [...found, badDefault];
}

function describeBadDefault(field: TemplateField): string | undefined {
  const { type, min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, choices, pattern } = field;
  const given = field.default;
  if (pattern !== undefined && !isRegularExpression(pattern)) {
    return `the pattern ${pattern} is no regular expression`;
  }
  const size = typeof given === 'string' ? given.length : given;
  const hasRange: readonly TemplateFieldType[] = ['integer', 'duration', 'text'];
  if (hasRange.includes(type) && typeof size === 'number' && (size < min || size > max)) {
    return `the default ${JSON.stringify(given)} is outside of min and max`;
  }
  if (choices !== undefined && given !== undefined && !choices.some((one) => one.value === given)) {
    return `the default ${JSON.stringify(given)} is none of the choices`;
  }
  return undefined;
}

function isRegularExpression(pattern: string): boolean {
  try {
    new RegExp(pattern, 'u');
    return true;
  } catch {
    return false;
  }
}

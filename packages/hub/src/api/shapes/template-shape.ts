import type { JobTemplate, TemplateField } from '@juhub/job-template';
import { z } from 'zod';
import { components } from './components.js';

const fieldShape = z
  .strictObject({
    name: z.string().describe('The name of the choice.'),
    type: z.enum([
      'partition',
      'account',
      'qos',
      'reservation',
      'integer',
      'duration',
      'choice',
      'boolean',
      'text',
    ] satisfies TemplateField['type'][]),
    label: z.string(),
    help: z.string().nullable(),
    default: z.union([z.string(), z.number(), z.boolean()]).nullable(),
    min: z.number().nullable(),
    max: z.number().nullable(),
    pattern: z.string().nullable(),
    choices: z.array(z.strictObject({ value: z.string(), label: z.string() })).nullable(),
    required: z.boolean(),
  })
  .register(components, { id: 'TemplateField' });

/** A job template: what one may choose. */
export const templateShape = z
  .strictObject({
    name: z.string(),
    title: z.string(),
    description: z.string(),
    version: z.string().describe('Another one whenever the template was changed.'),
    sites: z.array(z.string()).nullable().describe('The sites that offer it; null: all.'),
    fields: z.array(fieldShape),
  })
  .register(components, { id: 'Template' });

/** Describes a template; its body is the administrators' own. Pure. */
export function describeTemplate(template: JobTemplate): z.infer<typeof templateShape> {
  const { name, title, description, version, sites, fields } = template;
  return {
    name,
    title,
    description,
    version,
    sites: sites === undefined ? null : [...sites],
    fields: fields.map(describeField),
  };
}

function describeField(field: TemplateField): z.infer<typeof fieldShape> {
  return {
    name: field.name,
    type: field.type,
    label: field.label,
    help: field.help ?? null,
    default: field.default ?? null,
    min: field.min ?? null,
    max: field.max ?? null,
    pattern: field.pattern ?? null,
    choices: field.choices?.map(({ value, label }) => ({ value, label })) ?? null,
    required: field.required,
  };
}

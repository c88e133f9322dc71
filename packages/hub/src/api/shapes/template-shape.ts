import { z } from 'zod';
import { components } from './components.js';

const fieldShape = z
  .strictObject({
    name: z.string().describe('The name of the choice.'),
    type: z.enum(['partition', 'account', 'qos', 'reservation', 'integer', 'duration', 'choice', 'boolean', 'text']),
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

/** A job template: what one may choose. Its texts are in English, whatever else the template speaks. */
export const templateShape = z
  .strictObject({
    name: z.string(),
    title: z.string(),
    description: z.string(),
    version: z.string().describe('Another one whenever the template was changed.'),
    sites: z.array(z.string()).nullable().describe('The sites that offer it to you; null: all.'),
    fields: z.array(fieldShape),
  })
  .register(components, { id: 'Template' });

export type TemplateBody = z.infer<typeof templateShape>;
export type TemplateFieldBody = z.infer<typeof fieldShape>;

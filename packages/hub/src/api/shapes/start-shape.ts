import { z } from 'zod';
import { components } from './components.js';

const longestValue = 4_000;
const mostChoices = 100;

/** What a new server is to be like; the checks of the form follow. Numbers and booleans may come as such or as text. */
export const startShape = z
  .strictObject({
    site: z.string().max(longestValue),
    template: z.string().max(longestValue),
    choices: z
      .record(z.string().max(longestValue), z.union([z.string().max(longestValue), z.number(), z.boolean()]))
      .refine((choices) => Object.keys(choices).length <= mostChoices, `at most ${mostChoices} choices`)
      .default({})
      .describe('The fields of the template’s form by name; those left out take their default.'),
  })
  .register(components, { id: 'Start' });

/** Choices as a form would have sent them. */
export function writeChoices(choices: z.output<typeof startShape>['choices']): Record<string, string> {
  return Object.fromEntries(Object.entries(choices).map(([field, value]) => [field, String(value)]));
}

import { z } from 'zod';
import { components } from './components.js';

/** What the API answers when it does not do what was asked. */
export const errorShape = z
  .strictObject({
    error: z.strictObject({
      code: z.string().describe('For programs; the reference lists them.'),
      message: z.string().describe('For people: what happened, and what to do.'),
      problems: z
        .array(z.strictObject({ field: z.string(), code: z.string(), message: z.string() }))
        .optional()
        .describe('What is wrong with the request, by field; only with status 422.'),
      reference: z.string().optional().describe('What the hub’s log calls a fault of its own.'),
    }),
  })
  .register(components, { id: 'Error' });

export type ApiErrorBody = z.infer<typeof errorShape>;

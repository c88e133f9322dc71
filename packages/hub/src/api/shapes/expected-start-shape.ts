import { z } from 'zod';
import { components, momentShape } from './components.js';

/** When a server would start. */
export const expectedStartShape = z
  .strictObject({
    outcome: z
      .enum(['starts', 'taken', 'at-once', 'refused'])
      .describe(
        '`starts`: at `at`, which may be now; `taken`: the scheduler would take it and names no time; `at-once`: it has no queue to wait in; `refused`: the scheduler would not take it.',
      ),
    at: momentShape.nullable().describe('When its job is expected to start.'),
    refusal: z
      .strictObject({
        code: z.string().describe('For programs.'),
        text: z.string().describe('Why, and what one can do.'),
        words: z.string().describe('What the scheduler itself says.'),
        mayPass: z.boolean().describe('False: it is never taken like this. True: it may be taken later.'),
      })
      .nullable(),
    askedAt: momentShape.describe('When the scheduler said so.'),
  })
  .register(components, { id: 'ExpectedStart' });

export type ExpectedStartBody = z.output<typeof expectedStartShape>;

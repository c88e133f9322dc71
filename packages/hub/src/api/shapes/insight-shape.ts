import { z } from 'zod';
import { components, hopShape, momentShape } from './components.js';

/** When the site was asked, and what came of it. */
const askedFields = {
  askedAt: momentShape.nullable().describe('When the site said so; null: it has not.'),
  problem: z.string().nullable().describe('Why the site could not be asked just now.'),
  problemHop: hopShape.nullable().describe('How far that question came.'),
};

/** The end of a server's output. */
export const logShape = z
  .strictObject({
    text: z.string().describe('At most the last 16 KB, without the server’s secret and control characters.'),
    isLive: z.boolean().describe('More may come.'),
    ...askedFields,
  })
  .register(components, { id: 'Log' });

/** The script of a server's job. */
export const scriptShape = z
  .strictObject({
    script: z.string().nullable(),
    template: z.string(),
    templateVersion: z.string(),
  })
  .register(components, { id: 'Script' });

const measured = (description: string) => z.number().nullable().describe(description);

/** What a server's job has and uses. */
export const usageShape = z
  .strictObject({
    none: z
      .enum(['noJob', 'notStarted', 'process'])
      .nullable()
      .describe('Why there is nothing to measure; null: there is a job. What the site does not measure is null.'),
    elapsedSeconds: measured('How long the job has run.'),
    cpus: measured('How many processors it has.'),
    cpuSeconds: measured('How long they were busy, in sum.'),
    allocatedMemoryBytes: measured('How much memory it has.'),
    memoryBytes: measured('How much of it is used now; null when it has ended.'),
    peakMemoryBytes: measured('The most that one task of it used.'),
    gpus: measured('How many GPUs it has.'),
    gpuPercent: measured('How busy they are, in sum.'),
    gpuMemoryBytes: measured('How much of their memory is used.'),
    ...askedFields,
  })
  .register(components, { id: 'Usage' });

/** Where a server's job stands in its queue. */
export const placeShape = z
  .strictObject({
    place: z
      .strictObject({
        partition: z.string(),
        position: z.int().describe('1: the first, by priority. A small job may be started before its turn.'),
        of: z.int().describe('How many wait there.'),
      })
      .nullable()
      .describe('Null: it does not stand in line, or the site does not show it.'),
    ...askedFields,
  })
  .register(components, { id: 'Place' });

export type AskedBody = Pick<z.infer<typeof logShape>, 'askedAt' | 'problem' | 'problemHop'>;
export type UsageBody = z.infer<typeof usageShape>;

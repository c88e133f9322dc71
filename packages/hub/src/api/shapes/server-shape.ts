import { z } from 'zod';
import { components, hopShape, momentShape } from './components.js';

/** How far a server is. */
export const stateShape = z.enum(['requested', 'submitted', 'queued', 'starting', 'ready', 'stopping', 'ended']);

/** What was chosen in one field of the form. */
export const choiceShape = z.union([z.string(), z.number(), z.boolean()]);

/** What a message in English is made of; `words` are those of the job script or of the site. */
const valuesShape = z
  .record(z.string(), z.union([z.string(), z.number()]))
  .describe('What fills the message; `words` are those of the job script or of the site itself.');

const waitsShape = z.strictObject({
  code: z.string().describe('Slurm’s word.'),
  text: z.string(),
  advice: z.string(),
  starts: z
    .enum(['by-itself', 'after-others', 'after-help', 'never'])
    .describe('`after-others`: only after other jobs have ended; `after-help`: somebody has to act first.'),
});

/** What is told of every server. */
export const serverFields = {
  name: z.string(),
  id: z.string().describe('Another one for each start of a server of the same name.'),
  site: z.string(),
  template: z.string(),
  choices: z.record(z.string(), choiceShape),
  state: stateShape,
  ready: z.boolean(),
  stopped: z.boolean(),
  placeInLine: z
    .int()
    .nullable()
    .describe('Its place among the servers that wait for their turn to be handed to their site; null for any other.'),
  pending: z.enum(['spawn', 'stop']).nullable().describe('What is under way.'),
  url: z.string().nullable().describe('The path where it is reached; only while it is ready.'),
  progress_url: z.string().describe('The path of its events.'),
  started: momentShape.describe('When it was asked for.'),
  jobId: z.string().nullable(),
  node: z.string().nullable(),
  readyAt: momentShape.nullable(),
  expectedStartAt: momentShape.nullable().describe('When the scheduler expects to start the job.'),
  endsAt: momentShape.nullable().describe('When its run time is over.'),
  endedAt: momentShape.nullable(),
  idle: z
    .strictObject({
      minutes: z.number().describe('It is ended after so long without activity.'),
      minutesIfBusy: z.number().nullable().describe('The same while a kernel computes; null: it is not ended then.'),
      lastActivity: momentShape
        .nullable()
        .describe('The last activity that the hub knows of; it asks again before it warns.'),
      endsAt: momentShape.nullable().describe('When it will be ended unless something happens; null: not soon.'),
    })
    .nullable()
    .describe('When it is ended because nobody uses it; null: it is not.'),
  waits: waitsShape.nullable().describe('Why its job waits in the queue.'),
  reason: z
    .strictObject({
      code: z.string(),
      detail: z.string().nullable().describe('The same more finely.'),
      values: valuesShape,
      message: z.string(),
    })
    .nullable()
    .describe('Why it ended.'),
  unreachable: z
    .strictObject({
      since: momentShape,
      why: z.string(),
      hop: hopShape.nullable().describe('Where on the way to it; null: it is not known.'),
    })
    .nullable()
    .describe('The site cannot be asked about it now; it may well run.'),
};

/** What is told of one server. */
export const serverDetailFields = {
  ...serverFields,
  exitCode: z.string().nullable().describe('Slurm’s `code:signal`.'),
  logTail: z.string().nullable().describe('The last lines of its output; only when it has ended.'),
  logProblem: z
    .string()
    .nullable()
    .describe('Why the folder of a server that has ended could not be read or removed yet; it is tried again.'),
  events: z
    .array(
      z.strictObject({
        at: momentShape,
        state: stateShape,
        cause: z.string().nullable().describe('Why it moved to that state; null: it is not known.'),
        details: valuesShape,
        message: z.string(),
      }),
    )
    .describe('Its history, the oldest first.'),
};

/** A server in a list. */
export const serverShape = z.strictObject(serverFields).register(components, { id: 'Server' });

/** A server with its history. */
export const serverDetailShape = z.strictObject(serverDetailFields).register(components, { id: 'ServerDetail' });

/** What each event of a server’s progress carries; the first keys are JupyterHub's. */
export const progressShape = z
  .strictObject({
    progress: z.int().min(0).max(100),
    message: z.string(),
    ready: z.boolean(),
    failed: z.boolean().describe('It ended without ever having been ready.'),
    isEnded: z.boolean().describe('No more events follow.'),
    server: serverDetailShape,
  })
  .register(components, { id: 'Progress' });

export type ServerBody = z.infer<typeof serverShape>;
export type ServerDetailBody = z.infer<typeof serverDetailShape>;
export type ProgressBody = z.infer<typeof progressShape>;

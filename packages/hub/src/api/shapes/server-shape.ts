import { explainReason } from '@juhub/slurm';
import { z } from 'zod';
import type { ServerEvent, ServerRow } from '../../db/server-row.js';
import { publicPathOf } from '../../spawn/public-path.js';
import { ACTIVE_STATES, COMING_STATES } from '../../spawn/server-states.js';
import { components, momentShape, writeMoment, writeMomentOf } from './components.js';

const stateShape = z.enum([...ACTIVE_STATES, 'ended']);
const choiceShape = z.union([z.string(), z.number(), z.boolean()]);

const waitsShape = z.strictObject({
  code: z.string().describe('Slurm’s word.'),
  text: z.string(),
  advice: z.string(),
  starts: z.enum(['by-itself', 'after-help', 'never']),
});

const fields = {
  name: z.string(),
  id: z.string().describe('Another one for each start of a server of the same name.'),
  site: z.string(),
  template: z.string(),
  choices: z.record(z.string(), choiceShape),
  state: stateShape,
  ready: z.boolean(),
  stopped: z.boolean(),
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
  waits: waitsShape.nullable().describe('Why its job waits in the queue.'),
  reason: z.strictObject({ code: z.string(), message: z.string() }).nullable().describe('Why it ended.'),
  unreachable: z
    .strictObject({ since: momentShape, why: z.string() })
    .nullable()
    .describe('The site cannot be asked about it now; it may well run.'),
};

const detailFields = {
  ...fields,
  exitCode: z.string().nullable().describe('Slurm’s `code:signal`.'),
  logTail: z.string().nullable().describe('The last lines of its output; only when it has ended.'),
  events: z
    .array(z.strictObject({ at: momentShape, state: stateShape, message: z.string() }))
    .describe('Its history, the oldest first.'),
};

/** A server in a list. */
export const serverShape = z.strictObject(fields).register(components, { id: 'Server' });

/** A server with its history. */
export const serverDetailShape = z.strictObject(detailFields).register(components, { id: 'ServerDetail' });

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

/** Where the API has a server. */
export function apiPathOf({ userName, name }: Pick<ServerRow, 'userName' | 'name'>): string {
  return `/hub/api/users/${userName}/servers/${name}`;
}

/** Describes a server for its owner's programs; neither its secret nor its script is in it. Pure. */
export function describeServer(row: ServerRow): ServerBody {
  const isEnded = row.state === 'ended';
  return {
    name: row.name,
    id: row.id,
    site: row.site,
    template: row.template,
    choices: Object.fromEntries(Object.entries(row.choices).flatMap(([name, value]) => readChoice(name, value))),
    state: row.state,
    ready: row.state === 'ready',
    stopped: isEnded,
    pending: COMING_STATES.includes(row.state) ? 'spawn' : row.state === 'stopping' ? 'stop' : null,
    url: row.state === 'ready' ? publicPathOf(row) : null,
    progress_url: `${apiPathOf(row)}/progress`,
    started: writeMoment(row.createdAt),
    jobId: row.jobId,
    node: row.node,
    readyAt: writeMomentOf(row.readyAt),
    endedAt: writeMomentOf(row.endedAt),
    ...describePrediction(row),
    reason: isEnded ? { code: row.endReason ?? 'unknown', message: row.endMessage ?? NOT_KNOWN } : null,
    unreachable:
      row.unreachableSince === null
        ? null
        : { since: writeMoment(row.unreachableSince), why: row.unreachableReason ?? NOT_KNOWN },
  };
}

const NOT_KNOWN = 'It is not known why.';

/** What is still to come counts only while it is. */
function describePrediction(row: ServerRow): Pick<ServerBody, 'waits' | 'expectedStartAt' | 'endsAt'> {
  const isWaiting = row.state === 'submitted' || row.state === 'queued';
  return {
    waits: isWaiting && row.pendingReason !== null ? explainReason(row.pendingReason) : null,
    expectedStartAt: isWaiting ? writeMomentOf(row.expectedStartAt) : null,
    endsAt: row.state === 'ended' ? null : writeMomentOf(row.endsAt),
  };
}

/** Describes a server with its history. Pure. */
export function describeServerDetail(row: ServerRow, events: readonly ServerEvent[]): ServerDetailBody {
  return {
    ...describeServer(row),
    exitCode: row.exitCode,
    logTail: row.state === 'ended' ? row.logTail : null,
    events: events.map(({ at, state, message }) => ({ at: writeMoment(at), state, message })),
  };
}

const PROGRESS: Readonly<Record<ServerRow['state'], number>> = {
  requested: 5,
  submitted: 20,
  queued: 40,
  starting: 70,
  ready: 100,
  stopping: 100,
  ended: 100,
};

/** Describes how far a server is. Pure. */
export function describeProgress(row: ServerRow, events: readonly ServerEvent[]): z.infer<typeof progressShape> {
  return {
    progress: PROGRESS[row.state],
    message: events.at(-1)?.message ?? '',
    ready: row.state === 'ready',
    failed: row.state === 'ended' && row.readyAt === null,
    isEnded: row.state === 'ended',
    server: describeServerDetail(row, events),
  };
}

function readChoice(name: string, value: unknown): [string, z.infer<typeof choiceShape>][] {
  const choice = choiceShape.safeParse(value);
  return choice.success ? [[name, choice.data]] : [];
}

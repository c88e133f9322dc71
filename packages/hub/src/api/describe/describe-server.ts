import type { ServerEvent, ServerRow } from '../../db/server-row.js';
import { sayIn } from '../../messages/say.js';
import { describeWait } from '../../pages/words/describe-wait.js';
import { COMING_STATES } from '../../spawn/life.js';
import { publicPathOf } from '../../spawn/public-path.js';
import { choiceShape, type ProgressBody, type ServerBody, type ServerDetailBody } from '../shapes/server-shape.js';
import { writeMoment, writeMomentOf } from './write-moment.js';

/** Where the API has a server. */
export function apiPathOf({ userName, name }: Pick<ServerRow, 'userName' | 'name'>): string {
  return `/hub/api/users/${userName}/servers/${name}`;
}

/**
 * Describes a server for its owner's programs; neither its secret nor its script is in it. Pure.
 *
 * @param placeInLine its place among those that wait to be handed to their site; undefined for any other
 */
export function describeServer(row: ServerRow, placeInLine: number | undefined): ServerBody {
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
    placeInLine: placeInLine ?? null,
    pending: COMING_STATES.includes(row.state) ? 'spawn' : row.state === 'stopping' ? 'stop' : null,
    url: row.state === 'ready' ? publicPathOf(row) : null,
    progress_url: `${apiPathOf(row)}/progress`,
    started: writeMoment(row.createdAt),
    jobId: row.jobId,
    node: row.node,
    readyAt: writeMomentOf(row.readyAt),
    endedAt: writeMomentOf(row.endedAt),
    ...describePrediction(row),
    idle: describeIdle(row),
    reason: isEnded ? describeEnd(row) : null,
    unreachable:
      row.unreachableSince === null
        ? null
        : {
            since: writeMoment(row.unreachableSince),
            why: row.unreachableReason ?? NOT_KNOWN,
            hop: row.unreachableHop,
          },
  };
}

function describeIdle(row: ServerRow): ServerBody['idle'] {
  const { idleSeconds, idleBusySeconds } = row;
  return idleSeconds === null
    ? null
    : {
        minutes: idleSeconds / 60,
        minutesIfBusy: idleBusySeconds === null ? null : idleBusySeconds / 60,
        lastActivity: writeMomentOf(row.activeAt),
        endsAt: row.state === 'ready' ? writeMomentOf(row.idleEndsAt) : null,
      };
}

const NOT_KNOWN = 'It is not known why.';

function describeEnd({ endReason, endCode, endValues, endMessage }: ServerRow): NonNullable<ServerBody['reason']> {
  return {
    code: endReason ?? 'unknown',
    detail: endCode,
    values: endValues ?? {},
    message: endMessage ?? sayIn.en('life.end.unknown'),
  };
}

function describeWaiting(reason: string): NonNullable<ServerBody['waits']> {
  const { code, text, advice, starts, words } = describeWait(reason, sayIn.en);
  return { code, text: words === undefined ? text : `${text} ${words}`, advice, starts };
}

function describeEvent({ state, cause, details, message }: Omit<ServerEvent, 'at'>) {
  return { state, cause, details: details ?? {}, message };
}

/** What is still to come counts only while it is. */
function describePrediction(row: ServerRow): Pick<ServerBody, 'waits' | 'expectedStartAt' | 'endsAt'> {
  const isWaiting = row.state === 'submitted' || row.state === 'queued';
  return {
    waits: isWaiting && row.pendingReason !== null ? describeWaiting(row.pendingReason) : null,
    expectedStartAt: isWaiting ? writeMomentOf(row.expectedStartAt) : null,
    endsAt: row.state === 'ended' ? null : writeMomentOf(row.endsAt),
  };
}

/** Describes a server with its history. Pure. @param placeInLine as for `describeServer` */
export function describeServerDetail(
  row: ServerRow,
  events: readonly ServerEvent[],
  placeInLine: number | undefined,
): ServerDetailBody {
  return {
    ...describeServer(row, placeInLine),
    exitCode: row.exitCode,
    logTail: row.state === 'ended' ? row.logTail : null,
    logProblem: row.logProblem,
    events: events.map(({ at, ...event }) => ({ at: writeMoment(at), ...describeEvent(event) })),
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

/** Describes how far a server is. Pure. @param placeInLine as for `describeServer` */
export function describeProgress(
  row: ServerRow,
  events: readonly ServerEvent[],
  placeInLine: number | undefined,
): ProgressBody {
  return {
    progress: PROGRESS[row.state],
    message: events.at(-1)?.message ?? '',
    ready: row.state === 'ready',
    failed: row.state === 'ended' && row.readyAt === null,
    isEnded: row.state === 'ended',
    server: describeServerDetail(row, events, placeInLine),
  };
}

function readChoice(name: string, value: unknown): [string, ServerBody['choices'][string]][] {
  const choice = choiceShape.safeParse(value);
  return choice.success ? [[name, choice.data]] : [];
}

import type { JobTemplate } from '@juhub/job-template';
import type { QueuePosition } from '@juhub/slurm';
import type { ServerRow } from '../../db/server-row.js';
import type { Say } from '../../messages/say.js';
import { LOGIN_NODE } from '../../sites/node-type.js';
import { publicPathOf } from '../../spawn/public-path.js';
import { describeChoices, type Fact } from './describe-choices.js';
import { tellEnd } from './describe-end.js';
import { describeIdle, type IdleWarning, sayIdleLimit } from './describe-idle.js';
import { describeRunOut, type RunOutWarning, runOutOf } from './describe-run-out.js';
import { describeState, type StateWords } from './describe-state.js';
import { describeWait, type WaitWords } from './describe-wait.js';
import { type Moment, sayMoment, sayMomentOf } from './moment.js';
import { logPathOf, progressPathOf, startAgainPathOf } from './page-paths.js';
import { sayDuration } from './say-duration.js';

/** What a page needs to know of the sites to name them. */
export type SiteTitles = ReadonlyMap<
  string,
  { readonly title: string; readonly config: { readonly loginNode?: { readonly title?: string | undefined } } }
>;

/** What surrounds a server when it is described. */
export interface Surroundings {
  readonly now: Date;
  /** Says things in the language of the reader. */
  readonly say: Say;
  readonly sites: SiteTitles;
  readonly templates: ReadonlyMap<string, JobTemplate>;
  /** Its place among the servers that wait to be handed to their site; undefined for any other. */
  readonly placeInLine?: (row: ServerRow) => number | undefined;
  /** Where its job stands in its queue, where that is known. */
  readonly positionOf?: (row: ServerRow) => QueuePosition | undefined;
}

/** How a server ended. */
export interface EndWords {
  readonly at?: Moment | undefined;
  /** Why, in plain words. */
  readonly message: string;
  /** What the job script or the site said itself. */
  readonly words?: string | undefined;
  /** With what its job ended, where that says more than the message. A full sentence. */
  readonly exitCode?: string | undefined;
}

/** A server as pages show it: only text and paths, so that it can be sent as JSON. */
export interface ServerView {
  readonly id: string;
  readonly name: string;
  readonly state: StateWords;
  readonly isEnded: boolean;
  /** Site and node type in words: `Demo cluster`, `gpus`. */
  readonly site: string;
  readonly nodeType: string;
  /** What runs it. */
  readonly kind: ServerRow['scheduler'];
  readonly node?: string | undefined;
  readonly jobId?: string | undefined;
  readonly choices: readonly Fact[];
  readonly createdAt: Moment;
  readonly progressPath: string;
  readonly logPath: string;
  /** Only while the server is ready. */
  readonly openPath?: string | undefined;
  /** Where to post to stop it; only while there is something to stop. */
  readonly stopPath?: string | undefined;
  readonly startAgainPath: string;
  /** Why the job still waits. */
  readonly pending?: WaitWords | undefined;
  /** It never will start as it is. */
  readonly isNever: boolean;
  /** Where it stands in the hub's line, or its job in the queue of its partition. A full sentence. */
  readonly place?: string | undefined;
  readonly expectedStart?: Moment | undefined;
  /** When the run time is over, and what is left of it, while the job runs. */
  readonly runsOut?: { readonly at: Moment; readonly left: string } | undefined;
  /** Until when somebody may be working with it: who shows it warns before. ISO 8601. */
  readonly warnsBefore?: string | undefined;
  /** What there is to warn of now. */
  readonly warning?: RunOutWarning | undefined;
  /** After what time without activity it is ended; only where it is. */
  readonly idleLimit?: string | undefined;
  /** That it will soon be ended because nobody uses it. */
  readonly idle?: IdleWarning | undefined;
  /** The site cannot be asked; the server keeps running. */
  readonly unreachable?: UnreachableWords | undefined;
  readonly end?: EndWords | undefined;
}

/** What cannot be asked, since when, and why. */
export interface UnreachableWords {
  /** The beginning of a sentence that ends with the time. */
  readonly what: string;
  readonly since: Moment;
  /** In the words of whatever failed. */
  readonly why?: string | undefined;
}

/** Describes a server for its owner. Pure. */
export function describeServer(row: ServerRow, surroundings: Surroundings): ServerView {
  const { say, sites, templates } = surroundings;
  const placeInLine = surroundings.placeInLine?.(row);
  const isEnded = row.state === 'ended';
  const pending = isWaiting(row) && row.pendingReason !== null ? describeWait(row.pendingReason, say) : undefined;
  return {
    id: row.id,
    name: row.name,
    state: describeState(row, say, { wait: pending, isInLine: placeInLine !== undefined }),
    isEnded,
    site: sites.get(row.site)?.title ?? row.site,
    nodeType: sayNodeType(row, surroundings),
    kind: row.scheduler,
    node: row.node ?? undefined,
    jobId: row.jobId ?? undefined,
    choices: describeChoices(row.choices, say, templates.get(row.template)),
    createdAt: sayMoment(row.createdAt),
    progressPath: progressPathOf(row.name),
    logPath: logPathOf(row.name),
    openPath: row.state === 'ready' ? publicPathOf(row) : undefined,
    stopPath: isEnded || row.state === 'stopping' ? undefined : `${progressPathOf(row.name)}/stop`,
    startAgainPath: startAgainPathOf(row),
    pending,
    isNever: pending?.starts === 'never',
    ...(isEnded ? { end: describeEnd(row, say) } : describeLife(row, surroundings, placeInLine)),
  };
}

function isWaiting({ state }: ServerRow): boolean {
  return state === 'submitted' || state === 'queued';
}

function sayNodeType(row: ServerRow, { say, sites }: Surroundings): string {
  const { partition } = row.choices;
  if (row.scheduler === 'process' || partition === LOGIN_NODE) {
    return sites.get(row.site)?.config.loginNode?.title ?? say('words.loginNode');
  }
  return typeof partition === 'string' ? partition : '';
}

function describeEnd(row: ServerRow, say: Say): EndWords {
  const { text, words } = tellEnd(row, say);
  const isTold = row.endCode === 'exit-code' || row.endCode === 'signal';
  const exitCode = isTold ? undefined : sayExitCode(row.exitCode, say);
  return { at: sayMomentOf(row.endedAt), message: text, words, exitCode };
}

/** Slurm writes `code:signal`; zero of both says nothing. */
function sayExitCode(exitCode: string | null, say: Say): string | undefined {
  const [code, signal] = (exitCode ?? '').split(':');
  if (signal !== undefined && signal !== '0') {
    return say('words.signal', { signal });
  }
  return code === undefined || code === '' || code === '0' ? undefined : say('words.exitCode', { code });
}

function describeLife(
  row: ServerRow,
  { now, say, positionOf }: Surroundings,
  placeInLine: number | undefined,
): Omit<Partial<ServerView>, 'end'> {
  const { endsAt } = row;
  return {
    place:
      placeInLine === undefined ? sayPosition(row, say, positionOf) : say('words.placeInLine', { place: placeInLine }),
    expectedStart: isWaiting(row) ? sayMomentOf(row.expectedStartAt) : undefined,
    runsOut:
      endsAt === null || row.state === 'stopping'
        ? undefined
        : { at: sayMoment(endsAt), left: sayDuration((endsAt.getTime() - now.getTime()) / 1000) },
    warnsBefore: runOutOf(row)?.toISOString(),
    warning: describeRunOut(row, now, say),
    idleLimit: sayIdleLimit(row, say),
    idle: describeIdle(row, say),
    unreachable: describeUnreachable(row, say),
  };
}

function sayPosition(row: ServerRow, say: Say, positionOf: Surroundings['positionOf']): string | undefined {
  const position = isWaiting(row) ? positionOf?.(row) : undefined;
  return position === undefined ? undefined : say('words.place', { ...position });
}

function describeUnreachable(row: ServerRow, say: Say): UnreachableWords | undefined {
  return row.unreachableSince === null
    ? undefined
    : {
        what: say(`words.unreachable.${row.unreachableHop ?? 'any'}`),
        since: sayMoment(row.unreachableSince),
        why: row.unreachableReason ?? undefined,
      };
}

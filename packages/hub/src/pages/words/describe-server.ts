import type { JobTemplate } from '@juhub/job-template';
import { explainReason, type PendingReason } from '@juhub/slurm';
import type { ServerRow } from '../../db/server-row.js';
import { LOGIN_NODE } from '../../sites/node-type.js';
import { publicPathOf } from '../../spawn/public-path.js';
import { describeChoices, type Fact } from './describe-choices.js';
import { describeState, type StateWords } from './describe-state.js';
import { type Moment, sayMoment, sayMomentOf } from './moment.js';
import { progressPathOf, startAgainPathOf } from './page-paths.js';
import { sayDuration } from './say-duration.js';

/** What a page needs to know of the sites to name them. */
export type SiteTitles = ReadonlyMap<
  string,
  { readonly title: string; readonly config: { readonly loginNode?: { readonly title?: string | undefined } } }
>;

/** What surrounds a server when it is described. */
export interface Surroundings {
  readonly now: Date;
  readonly sites: SiteTitles;
  readonly templates: ReadonlyMap<string, JobTemplate>;
}

/** How a server ended. */
export interface EndWords {
  readonly at?: Moment | undefined;
  /** Why, in plain words. */
  readonly message: string;
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
  readonly isProcess: boolean;
  readonly node?: string | undefined;
  readonly jobId?: string | undefined;
  readonly choices: readonly Fact[];
  readonly createdAt: Moment;
  readonly progressPath: string;
  /** Only while the server is ready. */
  readonly openPath?: string | undefined;
  /** Where to post to stop it; only while there is something to stop. */
  readonly stopPath?: string | undefined;
  readonly startAgainPath: string;
  /** Why the job still waits. */
  readonly pending?: PendingReason | undefined;
  readonly expectedStart?: Moment | undefined;
  /** When the run time is over, and what is left of it, while the job runs. */
  readonly runsOut?: { readonly at: Moment; readonly left: string } | undefined;
  /** The site cannot be asked; the server keeps running. */
  readonly unreachable?: { readonly since: Moment; readonly why: string } | undefined;
  readonly end?: EndWords | undefined;
}

/** Describes a server for its owner. Pure. */
export function describeServer(row: ServerRow, { now, sites, templates }: Surroundings): ServerView {
  const isEnded = row.state === 'ended';
  return {
    id: row.id,
    name: row.name,
    state: describeState(row),
    isEnded,
    site: sites.get(row.site)?.title ?? row.site,
    nodeType: sayNodeType(row, sites),
    isProcess: row.scheduler === 'process',
    node: row.node ?? undefined,
    jobId: row.jobId ?? undefined,
    choices: describeChoices(row.choices, templates.get(row.template)),
    createdAt: sayMoment(row.createdAt),
    progressPath: progressPathOf(row.name),
    openPath: row.state === 'ready' ? publicPathOf(row) : undefined,
    stopPath: isEnded || row.state === 'stopping' ? undefined : `${progressPathOf(row.name)}/stop`,
    startAgainPath: startAgainPathOf(row),
    ...(isEnded ? { end: describeEnd(row) } : describeLife(row, now)),
  };
}

function sayNodeType(row: ServerRow, sites: SiteTitles): string {
  const { partition } = row.choices;
  if (row.scheduler === 'process' || partition === LOGIN_NODE) {
    return sites.get(row.site)?.config.loginNode?.title ?? 'Login node';
  }
  return typeof partition === 'string' ? partition : '';
}

function describeEnd(row: ServerRow): EndWords {
  return {
    at: sayMomentOf(row.endedAt),
    message: row.endMessage ?? 'It is not known why it ended.',
    exitCode: sayExitCode(row.exitCode),
  };
}

/** Slurm writes `code:signal`; zero of both says nothing. */
function sayExitCode(exitCode: string | null): string | undefined {
  const [code, signal] = (exitCode ?? '').split(':');
  if (signal !== undefined && signal !== '0') {
    return `signal ${signal}`;
  }
  return code === '' || code === '0' ? undefined : code;
}

function describeLife(
  row: ServerRow,
  now: Date,
): Pick<ServerView, 'pending' | 'expectedStart' | 'runsOut' | 'unreachable'> {
  const isWaiting = row.state === 'submitted' || row.state === 'queued';
  const { endsAt, unreachableSince } = row;
  return {
    pending: isWaiting && row.pendingReason !== null ? explainReason(row.pendingReason) : undefined,
    expectedStart: isWaiting ? sayMomentOf(row.expectedStartAt) : undefined,
    runsOut:
      endsAt === null || row.state === 'stopping'
        ? undefined
        : { at: sayMoment(endsAt), left: sayDuration((endsAt.getTime() - now.getTime()) / 1000) },
    unreachable:
      unreachableSince === null
        ? undefined
        : { since: sayMoment(unreachableSince), why: row.unreachableReason ?? 'It is not known why.' },
  };
}

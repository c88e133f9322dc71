import type { ServerRow } from '../../../db/server-row.js';
import type { ServerSlice } from '../../../db/servers.js';
import type { Say } from '../../../messages/say.js';
import { LIVING_STATES } from '../../../spawn/life.js';
import { type Activity, activityOf } from '../../../spawn/list-activity.js';
import { describeServer, type ServerView, type Surroundings } from '../../words/describe-server.js';
import { describeState } from '../../words/describe-state.js';
import { type Moment, sayMomentOf } from '../../words/moment.js';
import { sayDuration } from '../../words/say-duration.js';
import { PAGE_SIZE, type ServerFilter, toPath } from './read-filter.js';

/** One server in the list. */
export interface ListedServer extends Pick<ServerView, 'name' | 'state' | 'site' | 'nodeType' | 'node' | 'isEnded'> {
  readonly owner: string;
  readonly path: string;
  /** Of Slurm's job, or of the process on the login node. */
  readonly job?: string | undefined;
  readonly age: { readonly iso: string; readonly text: string };
  readonly runsOut?: ServerView['runsOut'];
  readonly endedAt?: Moment | undefined;
  readonly lastActivity?: Moment | undefined;
  readonly unreachable: boolean;
}

/** The list with its filter, ready to be drawn. */
export interface ListView {
  readonly servers: readonly ListedServer[];
  readonly count: string;
  /** Which part of all it is, where it is only a part. */
  readonly range?: string | undefined;
  readonly newer?: string | undefined;
  readonly older?: string | undefined;
  readonly showsEnded: boolean;
  /** The part of a name that was asked for. */
  readonly wantedUser: string;
  readonly states: readonly Option[];
  readonly sites: readonly Option[];
  readonly isFiltered: boolean;
  /** A page past the last one. */
  readonly isPastEnd: boolean;
  readonly activityIsUnknown: boolean;
}

interface Option {
  readonly value: string;
  readonly label: string;
  readonly isChosen: boolean;
}

/** What the list is made of. */
export interface ListParts {
  readonly filter: ServerFilter;
  readonly slice: ServerSlice;
  /** Undefined: the proxy did not answer. */
  readonly activity: Activity | undefined;
  readonly surroundings: Surroundings;
}

/** Describes the list. Pure. */
export function describeList(parts: ListParts): ListView {
  const { filter, slice, activity, surroundings } = parts;
  const { say } = surroundings;
  const { total } = slice;
  const first = (filter.page - 1) * PAGE_SIZE + 1;
  const last = first + slice.rows.length - 1;
  const isPastEnd = slice.rows.length === 0 && filter.page > 1;
  return {
    servers: slice.rows.map((row) => describeListed(row, parts)),
    count: say('adminServers.count', { total }),
    range: slice.rows.length < total ? say('adminServers.range', { first, last, total }) : undefined,
    newer: filter.page > 1 && !isPastEnd ? toPath({ ...filter, page: filter.page - 1 }) : undefined,
    older: last < total ? toPath({ ...filter, page: filter.page + 1 }) : undefined,
    showsEnded: filter.state === 'ended',
    wantedUser: filter.user,
    states: listStates(say, filter),
    sites: listSites(say, filter, surroundings),
    isFiltered: toPath({ ...filter, page: 1 }) !== '/hub/admin/servers',
    isPastEnd,
    activityIsUnknown: activity === undefined,
  };
}

function describeListed(row: ServerRow, { activity, surroundings }: ListParts): ListedServer {
  const { say, now } = surroundings;
  const { name, state, site, nodeType, node, isEnded, kind, jobId, runsOut, unreachable } = describeServer(
    row,
    surroundings,
  );
  return {
    ...{ name, state, site, nodeType, node, isEnded, runsOut },
    owner: row.userName,
    path: adminPathOf(row),
    job: kind === 'process' && jobId !== undefined ? say('adminServers.process', { id: jobId }) : jobId,
    age: {
      iso: row.createdAt.toISOString(),
      text: sayDuration((now.getTime() - row.createdAt.getTime()) / 1000),
    },
    endedAt: sayMomentOf(row.endedAt),
    lastActivity: sayMomentOf(activity && activityOf(activity, row)),
    unreachable: unreachable !== undefined,
  };
}

/** Where administrators look at a server. */
export function adminPathOf({ id }: Pick<ServerRow, 'id'>): string {
  return `/hub/admin/servers/${id}`;
}

function listStates(say: Say, { state }: ServerFilter): Option[] {
  const words = LIVING_STATES.map((one) => {
    const { word } = describeState({ state: one, endReason: null, scheduler: 'slurm' }, say);
    return { value: one, label: word, isChosen: one === state };
  });
  return [
    { value: '', label: say('adminServers.state.living'), isChosen: state === 'living' },
    ...words,
    { value: 'ended', label: say('adminServers.state.ended'), isChosen: state === 'ended' },
  ];
}

/** A site that is not configured any more may still have servers: one that is asked for by a link is in the list. */
function listSites(say: Say, { site }: ServerFilter, { sites }: Surroundings): Option[] {
  const known = [...sites].map(([name, { title }]) => ({ value: name, label: title, isChosen: name === site }));
  const strange = site !== '' && !sites.has(site) ? [{ value: site, label: site, isChosen: true }] : [];
  return [{ value: '', label: say('adminServers.anySite'), isChosen: site === '' }, ...known, ...strange];
}

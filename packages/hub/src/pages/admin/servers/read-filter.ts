import type { ServerState } from '../../../db/server-row.js';
import type { ServerQuery } from '../../../db/servers.js';
import { LIVING_STATES } from '../../../spawn/life.js';
import type { HubContext } from '../../../web/hub-context.js';
import { readQuery } from '../../../web/read-field.js';

/** Servers on one page of the list. */
export const PAGE_SIZE = 100;

const ENDED_LATELY_MS = 24 * 3_600_000;
const MOST_PAGES = 10_000;

/** What was asked for in the list's address; the empty text where something is not asked for. */
export interface ServerFilter {
  readonly state: 'living' | ServerState;
  readonly site: string;
  readonly user: string;
  /** From 1. */
  readonly page: number;
}

/** Reads the filter; what makes no sense counts as not asked for. */
export function readFilter(ctx: HubContext): ServerFilter {
  const state = readQuery(ctx, 'state') ?? '';
  const page = Number(readQuery(ctx, 'page'));
  return {
    state: state === 'ended' ? 'ended' : (LIVING_STATES.find((one) => one === state) ?? 'living'),
    site: readQuery(ctx, 'site') ?? '',
    user: (readQuery(ctx, 'user') ?? '').trim().slice(0, 64),
    page: Number.isInteger(page) && page >= 1 && page <= MOST_PAGES ? page : 1,
  };
}

/** The question to the database. Pure. */
export function toQuery({ state, site, user, page }: ServerFilter, now: Date): ServerQuery {
  return {
    state: state === 'ended' ? { endedSince: new Date(now.getTime() - ENDED_LATELY_MS) } : state,
    site: site === '' ? undefined : site,
    user: user === '' ? undefined : user,
    limit: PAGE_SIZE,
    offset: (page - 1) * PAGE_SIZE,
  };
}

/** The address of the list with a filter; what is not asked for is left out. Pure. */
export function toPath({ state, site, user, page }: ServerFilter): string {
  const query = new URLSearchParams();
  const parts = { state: state === 'living' ? '' : state, site, user, page: page === 1 ? '' : String(page) };
  for (const [name, value] of Object.entries(parts)) {
    if (value !== '') {
      query.set(name, value);
    }
  }
  return query.size === 0 ? '/hub/admin/servers' : `/hub/admin/servers?${query}`;
}

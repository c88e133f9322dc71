import type { Knex } from 'knex';
import type { DatabaseConfig } from '../config/config.js';
import { isDuplicate, NameTaken } from './errors.js';
import { encodeDate, RowCodec } from './row-codec.js';
import { serverColumns } from './server-columns.js';
import type {
  Leftover,
  MessageParts,
  MoveCause,
  NewServer,
  ServerEvent,
  ServerPatch,
  ServerRow,
  ServerState,
} from './server-row.js';

/** A step in the life of a server. */
export interface Move {
  /** The states that the step may start from; in any other it does not happen. */
  from: readonly ServerState[];
  to: ServerState;
  /** Why, for programs. */
  cause: MoveCause;
  patch?: ServerPatch;
  /** What fills the message of the cause, in any language; the message stands for itself where there is nothing. */
  details?: MessageParts | null;
  /** What the history says about it, in English. */
  message: string;
  at?: Date;
}

/** Which servers of all users are wanted. */
export interface ServerQuery {
  /** Those that have not ended, those that ended since a time, or those in one of the states before the end. */
  readonly state: 'living' | Exclude<ServerState, 'ended'> | { readonly endedSince: Date };
  readonly site?: string | undefined;
  /** A part of the user's name. */
  readonly user?: string | undefined;
  readonly limit: number;
  readonly offset: number;
}

/** Some of the servers that were asked for, and how many there are of them. */
export interface ServerSlice {
  /** The newest, or last ended, first; without secret and log, which are null in these. */
  readonly rows: readonly ServerRow[];
  /** Of all slices together; zero past the last one. */
  readonly total: number;
}

/** What a list leaves out: it may be large, and the secret is for nobody. */
const NOT_LISTED = ['secret', 'logTail'] as const;

/** The servers and their histories. */
export class ServersTable {
  readonly #knex: Knex;
  readonly #engine: DatabaseConfig['engine'];
  readonly #rows: RowCodec<ServerRow>;
  /** Not all there are: a script is long, and thousands of rows are read again and again. */
  readonly #columns: string[];
  readonly #scripts: RowCodec<{ script: string | null }>;
  readonly #events: RowCodec<Omit<ServerEvent, 'id'>>;

  constructor(knex: Knex, engine: DatabaseConfig['engine']) {
    this.#knex = knex;
    this.#engine = engine;
    this.#rows = new RowCodec<ServerRow>(engine, serverColumns);
    this.#columns = this.#rows.listColumns();
    this.#scripts = new RowCodec<{ script: string | null }>(engine, { script: 'text' });
    this.#events = new RowCodec<Omit<ServerEvent, 'id'>>(engine, {
      serverId: 'text',
      at: 'date',
      state: 'text',
      cause: 'text',
      details: 'json',
      message: 'text',
    });
  }

  /**
   * Saves a new server in the state `requested`, and the first line of its history with it.
   *
   * @throws NameTaken when the user has a server of the name that has not ended
   */
  async insert(server: NewServer, message = 'Requested'): Promise<ServerRow> {
    const { id: serverId, createdAt: at } = server;
    try {
      return await this.#knex.transaction(async (trx) => {
        const record = { ...this.#rows.encode({ ...server, state: 'requested' }), ...this.#scripts.encode(server) };
        const [inserted] = await trx('servers').insert(record).returning(this.#columns);
        const event = { serverId, at, state: 'requested', cause: 'asked', details: {}, message } as const;
        await trx('server_events').insert(this.#events.encode(event));
        return this.#rows.decode(inserted);
      });
    } catch (error) {
      if (isDuplicate(error) && (await this.get(serverId)) === undefined) {
        throw new NameTaken(server.name, { cause: error });
      }
      throw error;
    }
  }

  /** The server of an id. */
  async get(id: string): Promise<ServerRow | undefined> {
    return this.#decodeFirst(await this.#knex('servers').select(this.#columns).where({ id }));
  }

  /** The job script that a server was made with; null where there is none. */
  async readScript(id: string): Promise<string | null> {
    const [record] = await this.#knex('servers').select('script').where({ id });
    return record?.script ?? null;
  }

  /** The server that a user means by a name: the one that has not ended, else the one that was made last. */
  async findCurrent(userName: string, name: string): Promise<ServerRow | undefined> {
    const found = this.#knex('servers').select(this.#columns).where({ user_name: userName, name });
    return this.#decodeFirst(await orderByCurrent(found).limit(1));
  }

  /** For each name that the user ever gave, the current server (see `findCurrent`), those that have not ended first. */
  async listByUser(userName: string): Promise<ServerRow[]> {
    const ofUser = this.#knex('servers').select(this.#columns).where({ user_name: userName });
    const all: Record<string, unknown>[] = await orderByCurrent(ofUser);
    const names = new Set<string>();
    return all.map((record) => this.#rows.decode(record)).filter(({ name }) => !names.has(name) && names.add(name));
  }

  /** Every server that has not ended, the oldest first. */
  async listActive(): Promise<ServerRow[]> {
    const living = this.#knex('servers').select(this.#columns).whereNot({ state: 'ended' });
    const found: Record<string, unknown>[] = await living.orderBy(['created_at', 'id']);
    return found.map((record) => this.#rows.decode(record));
  }

  /** A slice of the servers of all users, with one question. */
  async list({ state, site, user, limit, offset }: ServerQuery): Promise<ServerSlice> {
    let wanted: Knex.QueryBuilder = this.#knex('servers').select(this.#rows.listColumns(NOT_LISTED));
    // The words of the partial indexes, so that they are used.
    if (typeof state === 'object') {
      const since = encodeDate(this.#engine, state.endedSince) as Date;
      wanted = wanted.where({ state: 'ended' }).where('ended_at', '>=', since).orderBy('ended_at', 'desc');
    } else {
      wanted = wanted.whereNot({ state: 'ended' }).orderBy('created_at', 'desc');
    }
    if (typeof state === 'string' && state !== 'living') {
      wanted = wanted.where({ state });
    }
    if (site !== undefined) {
      wanted = wanted.where({ site });
    }
    if (user !== undefined) {
      wanted = wanted.whereRaw("lower(user_name) like ? escape '!'", [`%${escapeLike(user.toLowerCase())}%`]);
    }
    const found: Record<string, unknown>[] = await wanted
      .select(this.#knex.raw('count(*) over () as total'))
      .orderBy('id')
      .limit(limit)
      .offset(offset);
    return { rows: found.map((record) => this.#rows.decode(record)), total: Number(found[0]?.total ?? 0) };
  }

  /** How many servers that have not ended each site has, by state. */
  async countActive(): Promise<{ site: string; state: ServerState; count: number }[]> {
    const found: { site: string; state: ServerState; count: number | string }[] = await this.#knex('servers')
      .select('site', 'state', this.#knex.raw('count(*) as count'))
      .whereNot({ state: 'ended' })
      .groupBy('site', 'state');
    return found.map(({ site, state, count }) => ({ site, state, count: Number(count) }));
  }

  /** How many servers of a user have not ended. */
  async countLiving(userName: string): Promise<number> {
    const [found] = await this.#knex('servers')
      .where({ user_name: userName })
      .whereNot({ state: 'ended' })
      .count({ count: '*' });
    return Number(found?.count ?? 0);
  }

  /** The UNIX accounts that have servers on a site, or had one that ended since a time. */
  async listAccounts(site: string, endedSince: Date): Promise<string[]> {
    const since = encodeDate(this.#engine, endedSince) as Date;
    const ofSite = () => this.#knex('servers').select('account').where({ site });
    // Two questions, each with the words of a partial index.
    const found: { account: string }[][] = await Promise.all([
      ofSite().whereNot({ state: 'ended' }),
      ofSite().where({ state: 'ended' }).where('ended_at', '>=', since),
    ]);
    return [...new Set(found.flat().map(({ account }) => account))];
  }

  /** Servers of a site that have ended and whose folders could not be read or removed then, the oldest first. */
  async listLeftovers(site: string, atMost: number): Promise<Leftover[]> {
    return this.#knex('servers')
      .select('id', 'account')
      .where({ state: 'ended', site })
      .whereNotNull('log_problem')
      .orderBy(['ended_at', 'id'])
      .limit(atMost);
  }

  /** Changes what is known of a server without moving it; undefined where there is none. */
  async update(id: string, patch: ServerPatch): Promise<ServerRow | undefined> {
    const record = this.#rows.encode(patch);
    if (Object.keys(record).length === 0) {
      return this.get(id);
    }
    return this.#decodeFirst(await this.#knex('servers').where({ id }).update(record).returning(this.#columns));
  }

  /**
   * Moves a server to its next state and writes the line of its history, both or neither. Of two who try at the same
   * time one succeeds: the state is compared in the statement that changes it. That statement comes first in the
   * transaction because SQLite can't turn a read into a write once somebody else has written.
   *
   * @returns the moved server, or undefined when there is none or its state is not in `from`
   */
  async move(
    id: string,
    { from, to, cause, details = null, patch = {}, message, at = new Date() }: Move,
  ): Promise<ServerRow | undefined> {
    const record = { ...this.#rows.encode(patch), state: to };
    return this.#knex.transaction(async (trx) => {
      const moved = this.#decodeFirst(
        await trx('servers')
          .where({ id })
          .whereIn('state', [...from])
          .update(record)
          .returning(this.#columns),
      );
      if (moved !== undefined) {
        const event = { serverId: id, at, state: to, cause, details, message };
        await trx('server_events').insert(this.#events.encode(event));
      }
      return moved;
    });
  }

  /** The history of a server, the oldest line first. */
  async events(id: string): Promise<ServerEvent[]> {
    const found = await this.#knex('server_events').where({ server_id: id }).orderBy('id');
    return found.map((record) => ({ id: Number(record.id), ...this.#events.decode(record) }));
  }

  /** Forgets the servers that ended before a time, and their histories; says how many. */
  async purgeEnded(before: Date): Promise<number> {
    return this.#knex('servers')
      .where({ state: 'ended' })
      .where('ended_at', '<', encodeDate(this.#engine, before) as Date)
      .delete();
  }

  /** Forgets the ended servers of a user; says how many. */
  async purgeUser(userName: string): Promise<number> {
    return this.#knex('servers').where({ user_name: userName, state: 'ended' }).delete();
  }

  #decodeFirst(records: Record<string, unknown>[]): ServerRow | undefined {
    return records[0] === undefined ? undefined : this.#rows.decode(records[0]);
  }
}

/** Takes a text by its letters in a pattern of LIKE whose escape is `!`. */
function escapeLike(text: string): string {
  return text.replaceAll(/[!%_]/g, '!$&');
}

/** Those that have not ended first, then those made last. */
function orderByCurrent(query: Knex.QueryBuilder): Knex.QueryBuilder {
  return query.orderByRaw("case when state = 'ended' then 1 else 0 end, created_at desc, id");
}

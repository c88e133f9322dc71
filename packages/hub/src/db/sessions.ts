import type { Knex } from 'knex';
import type { DatabaseConfig } from '../config/config.js';
import { encodeDate, RowCodec } from './row-codec.js';

/** A browser that somebody signed in with. */
export interface SessionRow {
  /** SHA-256 of the cookie, in hex: who reads the table can't take over a session. */
  idHash: string;
  userName: string;
  createdAt: Date;
  expiresAt: Date;
  lastSeenAt: Date;
  /** Set when somebody signed out: kept until it would have expired, so that what was issued for it can be refused. */
  endedAt: Date | null;
  userAgent: string | null;
}

/** The sessions of the users. */
export class SessionsTable {
  readonly #knex: Knex;
  readonly #engine: DatabaseConfig['engine'];
  readonly #rows: RowCodec<SessionRow>;

  constructor(knex: Knex, engine: DatabaseConfig['engine']) {
    this.#knex = knex;
    this.#engine = engine;
    this.#rows = new RowCodec<SessionRow>(engine, {
      idHash: 'text',
      userName: 'text',
      createdAt: 'date',
      expiresAt: 'date',
      lastSeenAt: 'date',
      endedAt: 'date',
      userAgent: 'text',
    });
  }

  async get(idHash: string): Promise<SessionRow | undefined> {
    const [found] = await this.#knex('sessions').where({ id_hash: idHash });
    return found === undefined ? undefined : this.#rows.decode(found);
  }

  /** The user must be in the users' table. */
  async insert(session: SessionRow): Promise<void> {
    await this.#knex('sessions').insert(this.#rows.encode(session));
  }

  /** Notes a visit and puts off the end; does nothing where the session has been ended meanwhile. */
  async touch(idHash: string, times: Pick<SessionRow, 'lastSeenAt' | 'expiresAt'>): Promise<void> {
    await this.#knex('sessions').where({ id_hash: idHash }).whereNull('ended_at').update(this.#rows.encode(times));
  }

  /** Ends a session; undefined where there is none that has not ended. */
  async end(idHash: string, at: Date): Promise<SessionRow | undefined> {
    const living = this.#knex('sessions').where({ id_hash: idHash }).whereNull('ended_at');
    const [ended] = await living.update(this.#rows.encode({ endedAt: at })).returning('*');
    return ended === undefined ? undefined : this.#rows.decode(ended);
  }

  /** Ends every session of a user; says how many. */
  async endByUser(userName: string, at: Date): Promise<number> {
    const living = this.#knex('sessions').where({ user_name: userName }).whereNull('ended_at');
    return living.update(this.#rows.encode({ endedAt: at }));
  }

  /** The sessions that were ended and would not have expired yet. */
  async listEnded(at: Date): Promise<SessionRow[]> {
    const found = await this.#knex('sessions')
      .whereNotNull('ended_at')
      .where('expires_at', '>', encodeDate(this.#engine, at) as Date);
    return found.map((record) => this.#rows.decode(record));
  }

  /** Forgets the sessions that had expired at a time; says how many. */
  async removeExpired(at: Date): Promise<number> {
    return this.#knex('sessions')
      .where('expires_at', '<=', encodeDate(this.#engine, at) as Date)
      .delete();
  }
}

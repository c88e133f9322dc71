import type { Knex } from 'knex';
import type { DatabaseConfig } from '../config/config.js';
import { encodeDate, RowCodec } from './row-codec.js';

/** A key with which somebody's programs use the REST API. */
export interface ApiTokenRow {
  /** A short name that is no secret: nobody can use the API with it. */
  id: string;
  /** SHA-256 of the token, in hex: who reads the table can't use the API. */
  hash: string;
  userName: string;
  /** What it is for, in the words of whoever made it. */
  label: string;
  scopes: string[];
  createdAt: Date;
  /** Null: never. */
  expiresAt: Date | null;
  lastUsedAt: Date | null;
  /** Set when it was taken back: kept until what was issued for it has expired, so that it can be refused. */
  revokedAt: Date | null;
}

/** The tokens of the REST API. */
export class ApiTokensTable {
  readonly #knex: Knex;
  readonly #engine: DatabaseConfig['engine'];
  readonly #rows: RowCodec<ApiTokenRow>;

  constructor(knex: Knex, engine: DatabaseConfig['engine']) {
    this.#knex = knex;
    this.#engine = engine;
    this.#rows = new RowCodec<ApiTokenRow>(engine, {
      id: 'text',
      hash: 'text',
      userName: 'text',
      label: 'text',
      scopes: 'json',
      createdAt: 'date',
      expiresAt: 'date',
      lastUsedAt: 'date',
      revokedAt: 'date',
    });
  }

  /** The token of a hash, whether it counts or not. */
  async findByHash(hash: string): Promise<ApiTokenRow | undefined> {
    const [found] = await this.#knex('api_tokens').where({ hash });
    return found === undefined ? undefined : this.#rows.decode(found);
  }

  /** Every token that was not taken back, by user and age. @param userName whose; of all where none is given */
  async list(userName?: string): Promise<ApiTokenRow[]> {
    const wanted = this.#knex('api_tokens').whereNull('revoked_at').orderBy(['user_name', 'created_at', 'id']);
    const found = await (userName === undefined ? wanted : wanted.where({ user_name: userName }));
    return found.map((record) => this.#rows.decode(record));
  }

  async insert(token: ApiTokenRow): Promise<void> {
    await this.#knex('api_tokens').insert(this.#rows.encode(token));
  }

  /** Notes that it was used. */
  async touch(id: string, lastUsedAt: Date): Promise<void> {
    await this.#knex('api_tokens').where({ id }).update(this.#rows.encode({ lastUsedAt }));
  }

  /** Takes a token back; undefined where there is none, or it was taken back before. */
  async revoke(id: string, at: Date): Promise<ApiTokenRow | undefined> {
    const living = this.#knex('api_tokens').where({ id }).whereNull('revoked_at');
    const [revoked] = await living.update(this.#rows.encode({ revokedAt: at })).returning('*');
    return revoked === undefined ? undefined : this.#rows.decode(revoked);
  }

  /** Takes every token of a user back; says how many. */
  async revokeByUser(userName: string, at: Date): Promise<number> {
    const living = this.#knex('api_tokens').where({ user_name: userName }).whereNull('revoked_at');
    return living.update(this.#rows.encode({ revokedAt: at }));
  }

  /** The tokens that were taken back after a time. */
  async listRevoked(after: Date): Promise<ApiTokenRow[]> {
    const found = await this.#knex('api_tokens').where('revoked_at', '>', encodeDate(this.#engine, after) as Date);
    return found.map((record) => this.#rows.decode(record));
  }

  /** Forgets the tokens that had been taken back at a time; says how many. */
  async removeRevoked(until: Date): Promise<number> {
    return this.#knex('api_tokens')
      .where('revoked_at', '<=', encodeDate(this.#engine, until) as Date)
      .delete();
  }
}

import type { Knex } from 'knex';
import type { DatabaseConfig } from '../config/config.js';
import { isDuplicate, UserExists } from './errors.js';
import { RowCodec } from './row-codec.js';

/** Somebody who may sign in, or did; without a hash the password is not kept here. */
export interface UserRow {
  name: string;
  passwordHash: string | null;
  admin: boolean;
  createdAt: Date;
  lastSignInAt: Date | null;
}

/** The users. */
export class UsersTable {
  readonly #knex: Knex;
  readonly #rows: RowCodec<UserRow>;

  constructor(knex: Knex, engine: DatabaseConfig['engine']) {
    this.#knex = knex;
    this.#rows = new RowCodec<UserRow>(engine, {
      name: 'text',
      passwordHash: 'text',
      admin: 'boolean',
      createdAt: 'date',
      lastSignInAt: 'date',
    });
  }

  async get(name: string): Promise<UserRow | undefined> {
    const [found] = await this.#knex('users').where({ name });
    return found === undefined ? undefined : this.#rows.decode(found);
  }

  /** Every user, by name. */
  async list(): Promise<UserRow[]> {
    const found = await this.#knex('users').orderBy('name');
    return found.map((record) => this.#rows.decode(record));
  }

  /** @throws UserExists */
  async insert(user: UserRow): Promise<void> {
    try {
      await this.#knex('users').insert(this.#rows.encode(user));
    } catch (error) {
      throw isDuplicate(error) ? new UserExists(user.name, { cause: error }) : error;
    }
  }

  /** Notes that somebody signed in; a user whose account is kept elsewhere gets a row here the first time. */
  async noteSignIn(name: string, at: Date): Promise<void> {
    const row = { name, passwordHash: null, admin: false, createdAt: at, lastSignInAt: at };
    await this.#knex('users')
      .insert(this.#rows.encode(row))
      .onConflict('name')
      .merge(this.#rows.encode({ lastSignInAt: at }));
  }

  /** Changes a user's password; false where there is no such user. */
  async setPassword(name: string, passwordHash: string): Promise<boolean> {
    const changed = await this.#knex('users').where({ name }).update(this.#rows.encode({ passwordHash }));
    return changed > 0;
  }

  /** Makes a user an administrator, or no longer one; false where there is no such user. */
  async setAdmin(name: string, admin: boolean): Promise<boolean> {
    const changed = await this.#knex('users').where({ name }).update(this.#rows.encode({ admin }));
    return changed > 0;
  }

  /** Removes a user and everything that hangs on it but servers; false where there is no such user. */
  async remove(name: string): Promise<boolean> {
    return (await this.#knex('users').where({ name }).delete()) > 0;
  }
}

import type { Knex } from 'knex';
import type { DatabaseConfig } from '../config/config.js';
import { RowCodec } from './row-codec.js';

interface LastChoicesRow {
  userName: string;
  template: string;
  choices: Record<string, unknown>;
}

/** What each user chose last in the form of each template. */
export class LastChoicesTable {
  readonly #knex: Knex;
  readonly #rows: RowCodec<LastChoicesRow>;

  constructor(knex: Knex, engine: DatabaseConfig['engine']) {
    this.#knex = knex;
    this.#rows = new RowCodec<LastChoicesRow>(engine, { userName: 'text', template: 'text', choices: 'json' });
  }

  async get(userName: string, template: string): Promise<Record<string, unknown> | undefined> {
    const [found] = await this.#knex('last_choices').where({ user_name: userName, template });
    return found === undefined ? undefined : this.#rows.decode(found).choices;
  }

  async set(userName: string, template: string, choices: Record<string, unknown>): Promise<void> {
    const row = this.#rows.encode({ userName, template, choices });
    await this.#knex('last_choices').insert(row).onConflict(['user_name', 'template']).merge();
  }

  /** Forgets what a user chose. */
  async removeByUser(userName: string): Promise<void> {
    await this.#knex('last_choices').where({ user_name: userName }).delete();
  }
}

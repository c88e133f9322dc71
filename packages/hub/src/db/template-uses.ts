import type { Knex } from 'knex';
import type { DatabaseConfig } from '../config/config.js';
import { isDuplicate } from './errors.js';
import { RowCodec } from './row-codec.js';

/** A line of a template's history: from then on this version counted, until the next line. */
export interface TemplateUseRow {
  /** The template's name. */
  name: string;
  /** Counts the lines of one template from 1, without gaps. */
  number: number;
  version: string;
  /**
   * `file`: what the folder has is in use. `chosen`: an admin put this version in use, whatever the folder has. `gone`:
   * the file was deleted, and the template with it.
   */
  kind: 'file' | 'chosen' | 'gone';
  /** The admin who did it; null where the folder changed by itself, or somebody used the command line. */
  usedBy: string | null;
  usedAt: Date;
  /** Why, in the admin's words. */
  note: string;
}

/** The histories of all templates. The last line of each says what is in use. */
export class TemplateUsesTable {
  readonly #knex: Knex;
  readonly #rows: RowCodec<TemplateUseRow>;

  constructor(knex: Knex, engine: DatabaseConfig['engine']) {
    this.#knex = knex;
    this.#rows = new RowCodec<TemplateUseRow>(engine, {
      name: 'text',
      number: 'integer',
      version: 'text',
      kind: 'text',
      usedBy: 'text',
      usedAt: 'date',
      note: 'text',
    });
  }

  /** The last line of each template, by name. */
  async listLast(): Promise<Map<string, TemplateUseRow>> {
    const last = this.#knex('template_uses').select('name').max('number as number').groupBy('name').as('last');
    const found = await this.#knex('template_uses')
      .join(last, (on) => on.on('template_uses.name', 'last.name').andOn('template_uses.number', 'last.number'))
      .select('template_uses.*');
    return new Map(found.map((record) => this.#rows.decode(record)).map((row) => [row.name, row]));
  }

  /** The history of one template, the newest line first. */
  async list(name: string): Promise<TemplateUseRow[]> {
    const found = await this.#knex('template_uses').where({ name }).orderBy('number', 'desc');
    return found.map((record) => this.#rows.decode(record));
  }

  /**
   * Adds a line. Of two who add the same number at the same time one succeeds.
   *
   * @returns false when there is a line of this number already: somebody was faster
   */
  async add(row: TemplateUseRow): Promise<boolean> {
    try {
      await this.#knex('template_uses').insert(this.#rows.encode(row));
      return true;
    } catch (error) {
      if (isDuplicate(error)) {
        return false;
      }
      throw error;
    }
  }
}

import type { Knex } from 'knex';
import type { DatabaseConfig } from '../config/config.js';
import { RowCodec } from './row-codec.js';

/** A template as it was once usable; never changed. */
export interface TemplateVersionRow {
  /** The template's name. */
  name: string;
  /** The hash of source and parts. */
  version: string;
  source: string;
  /** The parts that the source includes: their texts by name. */
  parts: Record<string, string>;
  /** Where it was first seen: in the folder of the templates, or made by an admin in the browser or over the API. */
  origin: 'disk' | 'browser';
  /** The admin who made it; null for one from the disk. */
  savedBy: string | null;
  savedAt: Date;
}

/** Every version of every template that was ever in use, and those that the folder has had meanwhile. */
export class TemplateVersionsTable {
  readonly #knex: Knex;
  readonly #rows: RowCodec<TemplateVersionRow>;

  constructor(knex: Knex, engine: DatabaseConfig['engine']) {
    this.#knex = knex;
    this.#rows = new RowCodec<TemplateVersionRow>(engine, {
      name: 'text',
      version: 'text',
      source: 'text',
      parts: 'json',
      origin: 'text',
      savedBy: 'text',
      savedAt: 'date',
    });
  }

  async get(name: string, version: string): Promise<TemplateVersionRow | undefined> {
    const [found] = await this.#knex('template_versions').where({ name, version });
    return found === undefined ? undefined : this.#rows.decode(found);
  }

  /** Those of one template, the newest first. */
  async list(name: string): Promise<TemplateVersionRow[]> {
    const found = await this.#knex('template_versions')
      .where({ name })
      .orderBy([{ column: 'saved_at', order: 'desc' }, 'version']);
    return found.map((record) => this.#rows.decode(record));
  }

  /** Keeps a version. One that is there already stays as it is, with whom it came from first. */
  async insertNew(row: TemplateVersionRow): Promise<void> {
    await this.#knex('template_versions').insert(this.#rows.encode(row)).onConflict(['name', 'version']).ignore();
  }
}

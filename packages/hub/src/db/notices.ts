import type { Knex } from 'knex';
import type { DatabaseConfig } from '../config/config.js';
import { encodeDate, RowCodec } from './row-codec.js';

/** Something that administrators tell everybody. */
export interface NoticeRow {
  id: string;
  /** `maintenance`: nothing can be started on its site while it is shown. */
  kind: 'announcement' | 'maintenance';
  level: 'info' | 'warning' | 'trouble';
  /** Null: it is about no site, or about all. */
  site: string | null;
  /** One of the two texts may be empty: then the other one is for all. */
  textEn: string;
  textDe: string;
  shownFrom: Date;
  /** Null: until somebody ends it. */
  shownUntil: Date | null;
  madeBy: string;
  madeAt: Date;
  /** Who ended it before its time, and when. */
  endedBy: string | null;
  endedAt: Date | null;
}

/** A notice that is made now. */
export type NewNotice = Omit<NoticeRow, 'endedBy' | 'endedAt'>;

/** Notices of all times: those that are over are kept. */
export class NoticesTable {
  readonly #knex: Knex;
  readonly #engine: DatabaseConfig['engine'];
  readonly #rows: RowCodec<NoticeRow>;

  constructor(knex: Knex, engine: DatabaseConfig['engine']) {
    this.#knex = knex;
    this.#engine = engine;
    this.#rows = new RowCodec<NoticeRow>(engine, {
      id: 'text',
      kind: 'text',
      level: 'text',
      site: 'text',
      textEn: 'text',
      textDe: 'text',
      shownFrom: 'date',
      shownUntil: 'date',
      madeBy: 'text',
      madeAt: 'date',
      endedBy: 'text',
      endedAt: 'date',
    });
  }

  /** Adds a notice. A maintenance takes the place of the one that its site had. */
  async add(notice: NewNotice): Promise<void> {
    await this.#knex.transaction(async (trx) => {
      if (notice.kind === 'maintenance') {
        const ending = this.#rows.encode({ endedBy: notice.madeBy, endedAt: notice.madeAt });
        await trx('notices').where({ kind: 'maintenance', site: notice.site }).whereNull('ended_at').update(ending);
      }
      await trx('notices').insert(this.#rows.encode({ ...notice, endedBy: null, endedAt: null }));
    });
  }

  /** Those that are shown at a time or will be, in the order of their beginning. */
  async listOpen(now: Date): Promise<NoticeRow[]> {
    const found = await this.#knex('notices')
      .whereNull('ended_at')
      .where((one) => void one.whereNull('shown_until').orWhere('shown_until', '>', this.#encode(now)))
      .orderBy([{ column: 'shown_from' }, { column: 'id' }]);
    return found.map((record) => this.#rows.decode(record));
  }

  /** Those that are over, the last made first. */
  async listOver(now: Date, limit: number): Promise<NoticeRow[]> {
    const found = await this.#knex('notices')
      .whereNotNull('ended_at')
      .orWhere('shown_until', '<=', this.#encode(now))
      .orderBy([{ column: 'made_at', order: 'desc' }, { column: 'id' }])
      .limit(limit);
    return found.map((record) => this.#rows.decode(record));
  }

  /** Ends one that is open; undefined, and nothing changed, where there is none of this id. */
  async end(id: string, by: string, at: Date): Promise<NoticeRow | undefined> {
    const [record] = await this.#knex('notices')
      .where({ id })
      .whereNull('ended_at')
      .where((one) => void one.whereNull('shown_until').orWhere('shown_until', '>', this.#encode(at)))
      .update(this.#rows.encode({ endedBy: by, endedAt: at }))
      .returning('*');
    return record === undefined ? undefined : this.#rows.decode(record);
  }

  #encode(date: Date): Date {
    return encodeDate(this.#engine, date) as Date;
  }
}

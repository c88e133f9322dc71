import type { Knex } from 'knex';
import type { DatabaseConfig } from '../config/config.js';
import { DatabaseUnusable } from './errors.js';
import { type Migration, migrations } from './migrations.js';

/** Any number that nobody else uses as an advisory lock in the same database: "juhub" in ASCII. */
const lockNumber = 0x6a_75_68_75_62;

/**
 * Brings the tables up to date, all missing steps in one transaction. Two processes may do it at the same time: the
 * second waits for the first. (Knex's own migrator gives up instead, and its lock outlives a killed process.)
 *
 * @throws DatabaseUnusable when the database knows a step that this version does not: a newer juhub was here
 */
export async function migrate(
  knex: Knex,
  engine: DatabaseConfig['engine'],
  steps: readonly Migration[] = migrations,
): Promise<void> {
  if (engine === 'sqlite') {
    await createMigrationTable(knex);
  }
  await knex.transaction(async (trx) => {
    if (engine === 'postgres') {
      await trx.raw('select pg_advisory_xact_lock(?)', [lockNumber]);
      await createMigrationTable(trx);
    } else {
      // Takes SQLite's write lock before anything is read (https://www.sqlite.org/lang_transaction.html).
      await trx.raw('update juhub_migrations set name = name where name is null');
    }
    const done = new Set<string>((await trx('juhub_migrations').select('name')).map((record) => record.name));
    refuseNewer([...done], steps);
    for (const { name, up } of steps.filter((step) => !done.has(step.name))) {
      await up(trx, engine);
      await trx('juhub_migrations').insert({ name, applied_at: new Date().toISOString() });
    }
  });
}

async function createMigrationTable(knex: Knex): Promise<void> {
  await knex.raw('create table if not exists juhub_migrations (name text primary key, applied_at text not null)');
}

function refuseNewer(done: readonly string[], steps: readonly Migration[]): void {
  const unknown = done.find((name) => !steps.some((step) => step.name === name));
  if (unknown !== undefined) {
    throw new DatabaseUnusable(
      `The database was used by a newer juhub (it has the step ${unknown}, which this version does not know). Install that version again, or restore a backup.`,
      false,
    );
  }
}

import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import Sqlite from 'better-sqlite3';
import createKnex, { type Knex } from 'knex';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DatabaseUnusable } from '../../src/db/errors.js';
import { migrate } from '../../src/db/migrate.js';
import { migrations } from '../../src/db/migrations.js';
import { openDatabase } from '../../src/db/open-database.js';
import { type DatabaseRoom, describeOnBothEngines } from '../on-both-engines.js';
import { bundleScript, runScript, startScript } from '../run-script.js';

function connect({ config }: DatabaseRoom): Knex {
  return config.engine === 'sqlite'
    ? createKnex({ client: 'better-sqlite3', connection: { filename: config.file }, useNullAsDefault: true })
    : createKnex({ client: 'pg', connection: config.url });
}

async function dropEverything(knex: Knex): Promise<void> {
  await knex.raw('drop schema public cascade; create schema public');
  await knex.destroy();
}

describeOnBothEngines('a database', (room) => {
  it('is made once when many processes open it at the same time', async () => {
    const config = room.config.engine === 'sqlite' ? { ...room.config, file: `${room.config.file}-new` } : room.config;
    if (room.config.engine === 'postgres') {
      await dropEverything(connect(room));
    }
    const script = await bundleScript(new URL('migrate.script.ts', import.meta.url));
    const opened = await Promise.all([1, 2, 3].map(() => runScript(script, [JSON.stringify(config)])));
    expect(opened).toEqual(['opened', 'opened', 'opened']);
  });

  it('has lost nothing that was saved when its process is killed', async () => {
    const script = await bundleScript(new URL('save-servers.script.ts', import.meta.url));
    for (const round of ['a', 'b', 'c']) {
      const child = startScript(script, [JSON.stringify(room.config), round]);
      const saved: string[] = [];
      for await (const line of createInterface({ input: child.stdout as Readable })) {
        saved.push(line);
        if (saved.length === 20) {
          child.kill('SIGKILL');
        }
      }
      const rows = await Promise.all(saved.map((id) => room.database.servers.get(id)));
      expect(rows.map((row) => row?.state)).toEqual(saved.map(() => 'submitted'));
      expect(await room.database.servers.events(saved.at(-1) ?? '')).toHaveLength(2);
    }
  });

  it('is left as it was when a step fails, and the step can be tried again', async () => {
    const knex = connect(room);
    try {
      const known = migrations.map(({ name }) => ({ name, up: () => Promise.resolve() }));
      const step = (fails: boolean) => ({
        name: '9999-half',
        up: async (trx: Knex.Transaction) => {
          await trx.schema.createTable('half', (table) => table.increments());
          if (fails) {
            throw new Error('half-way');
          }
        },
      });
      await expect(migrate(knex, room.config.engine, [...known, step(true)])).rejects.toThrow('half-way');
      expect(await knex.schema.hasTable('half')).toBe(false);
      await migrate(knex, room.config.engine, [...known, step(false)]);
      expect(await knex.schema.hasTable('half')).toBe(true);
    } finally {
      await knex.destroy();
    }
  });

  it('of a newer juhub is not touched', async () => {
    const knex = connect(room);
    try {
      await expect(migrate(knex, room.config.engine, [])).rejects.toThrow('was used by a newer juhub');
    } finally {
      await knex.destroy();
    }
  });
});

describe('openDatabase', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'juhub-open-'));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('makes a SQLite file that nobody else can read, and its journal too', async () => {
    const file = join(folder, 'juhub.db');
    const database = await openDatabase({ engine: 'sqlite', file });
    const modes = [file, `${file}-wal`, `${file}-shm`].map((path) => statSync(path).mode & 0o777);
    await database.close();
    expect(modes).toEqual([0o600, 0o600, 0o600]);
  });

  it('says which file is no database', async () => {
    const file = join(folder, 'juhub.db');
    writeFileSync(file, 'this is a text and not a database at all, not at all, not at all');
    const opened = openDatabase({ engine: 'sqlite', file });
    await expect(opened).rejects.toThrow(`The database ${file} can't be opened: file is not a database`);
    await expect(opened).rejects.toMatchObject({ transient: false });
  });

  it('says that another program keeps a file locked, and that this may pass', async () => {
    const file = join(folder, 'juhub.db');
    const other = new Sqlite(file);
    other.exec('begin exclusive');
    const opened = openDatabase({ engine: 'sqlite', file });
    await expect(opened).rejects.toThrow(`The database ${file} can't be opened: database is locked`);
    await expect(opened).rejects.toMatchObject({ transient: true });
    other.close();
  });

  it('says that nobody answers at an address, and that this may pass, without the password', async () => {
    const url = `postgres://juhub:hunter2@${encodeURIComponent(folder)}/db`;
    const error = await openDatabase({ engine: 'postgres', url }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DatabaseUnusable);
    expect(error).toMatchObject({ transient: true, message: expect.stringContaining('postgres://juhub:***@') });
    expect((error as Error).message).not.toContain('hunter2');
  });
});

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import pg from 'pg';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DatabaseTrouble, NameTaken } from '../../src/db/errors.js';
import { type Database, openDatabase } from '../../src/db/open-database.js';
import { sayIn } from '../../src/messages/say.js';
import { describeError } from '../../src/web/describe-error.js';
import { startRealPostgres } from '../real-postgres.js';
import { newServer } from './new-server.js';

let database: Database;

const save = (id: string) => database.servers.insert(newServer({ id, name: id }));
const isSaved = async (id: string) => (await database.servers.get(id)) !== undefined;

describe('SQLite in trouble', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'juhub-trouble-'));
    file = path.join(folder, 'juhub.db');
  });
  afterEach(async () => {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('says that it is locked, waits for that no longer than a moment, and saves again when it is not', async () => {
    database = await openDatabase({ engine: 'sqlite', file });
    const other = new Sqlite(file);
    other.exec('begin exclusive');
    await expect(save('locked')).rejects.toMatchObject({ code: 'database-busy', transient: true });
    expect(await isSaved('locked')).toBe(false);
    other.exec('rollback');
    other.close();
    await save('locked');
    expect(await isSaved('locked')).toBe(true);
  });

  it.skipIf(process.getuid?.() !== 0)(
    'says that its disk is full, still reads, has saved nothing by halves, and saves again when there is room',
    async () => {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m,mode=0700', 'tmpfs', folder]);
      try {
        database = await openDatabase({ engine: 'sqlite', file });
        await save('before');
        fillDisk(path.join(folder, 'filler'));
        const failure = await saveUntilFull();
        expect(failure).toMatchObject({ code: 'database-full', transient: true });
        expect(await isSaved('before')).toBe(true);
        rmSync(path.join(folder, 'filler'));
        await save('after');
        const saved = await database.servers.listActive();
        const histories = await Promise.all(saved.map(({ id }) => database.servers.events(id)));
        expect(histories.every((moves) => moves.length === 1)).toBe(true);
        await database.close();
      } finally {
        execFileSync('umount', [folder]);
      }
    },
  );
});

const postgres = startRealPostgres();

describe.skipIf(postgres === undefined)('PostgreSQL in trouble', () => {
  let url: string;

  beforeEach(async () => {
    url = (await postgres?.createDatabase()) ?? '';
    database = await openDatabase({ engine: 'postgres', url });
  });
  afterEach(() => database.close());
  afterAll(() => postgres?.stop());

  it('is said to be away when it has crashed, and saves again by itself when it is back', async () => {
    await save('before');
    postgres?.crash();
    await expect(save('meanwhile')).rejects.toMatchObject({ code: 'database-away', transient: true });
    await expect(database.ping()).rejects.toThrow(DatabaseTrouble);
    postgres?.startAgain();
    await save('after');
    expect(await isSaved('before')).toBe(true);
    expect(await isSaved('meanwhile')).toBe(false);
  });

  it('is said to be away when it cuts a connection, and the next question has another one', async () => {
    await save('before');
    const other = new pg.Client(url);
    await other.connect();
    await other.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    await other.end();
    await save('after').catch((error: unknown) => {
      expect(error).toMatchObject({ code: 'database-away' });
      return save('after');
    });
    expect(await isSaved('after')).toBe(true);
  });

  it('is not in trouble when what was asked is not possible', async () => {
    await save('twice');
    await expect(database.servers.insert(newServer({ id: 'other', name: 'twice' }))).rejects.toThrow(NameTaken);
  });
});

describe('A person whose request meets a database in trouble', () => {
  it.each(['en', 'de'] as const)('reads what is the matter and that nothing was changed (%s)', (language) => {
    const cause = Object.assign(new Error('insert into `servers` values (?) - database or disk is full'), {
      code: 'SQLITE_FULL',
    });
    const view = describeError(new DatabaseTrouble('database-full', cause), sayIn[language]);
    expect(view).toMatchObject({ status: 503, code: 'database-full', reference: expect.any(String) });
    expect(view.message).toContain(language === 'en' ? 'disk is full' : 'Platte voll');
    expect(view.message).not.toContain('insert into');
  });
});

function fillDisk(filler: string): void {
  expect(() => writeFileSync(filler, Buffer.alloc(8 * 1024 * 1024))).toThrow('ENOSPC');
}

/** What is still free in pages that the database has already goes first. */
async function saveUntilFull(): Promise<unknown> {
  for (let count = 0; count < 2000; count += 1) {
    try {
      await save(`filling-${count}`);
    } catch (error) {
      return error;
    }
  }
  return undefined;
}

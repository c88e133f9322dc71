import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe } from 'vitest';
import type { DatabaseConfig } from '../src/config/config.js';
import { type Database, openDatabase } from '../src/db/open-database.js';
import { type RealPostgres, startRealPostgres } from './real-postgres.js';

/** What a test on a database gets; both are new for each test. */
export interface DatabaseRoom {
  database: Database;
  config: DatabaseConfig;
}

const postgres: RealPostgres | undefined = startRealPostgres();

/** Declares the same tests for SQLite and for a real PostgreSQL server, each test with an empty database of its own. */
export function describeOnBothEngines(title: string, declare: (room: DatabaseRoom) => void): void {
  for (const engine of ['sqlite', 'postgres'] as const) {
    describe.skipIf(engine === 'postgres' && postgres === undefined)(`${title} on ${engine}`, () => {
      const room = {} as DatabaseRoom;
      let folder: string;

      beforeEach(async () => {
        folder = mkdtempSync(join(tmpdir(), 'juhub-db-'));
        room.config =
          engine === 'sqlite'
            ? { engine, file: join(folder, 'state', 'juhub.db') }
            : { engine, url: (await postgres?.createDatabase()) ?? '' };
        room.database = await openDatabase(room.config);
      });

      afterEach(async () => {
        await room.database.close();
        rmSync(folder, { recursive: true, force: true });
      });

      declare(room);
    });
  }
}

afterAll(() => postgres?.stop());

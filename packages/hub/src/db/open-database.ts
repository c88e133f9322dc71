import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Database as SqliteConnection } from 'better-sqlite3';
import createKnex, { type Knex } from 'knex';
import type { DatabaseConfig } from '../config/config.js';
import { ApiTokensTable } from './api-tokens.js';
import { DatabaseTrouble, DatabaseUnusable, nameTrouble } from './errors.js';
import { LastChoicesTable } from './last-choices.js';
import { migrate } from './migrate.js';
import { NoticesTable } from './notices.js';
import { ServersTable } from './servers.js';
import { SessionsTable } from './sessions.js';
import { TemplateUsesTable } from './template-uses.js';
import { TemplateVersionsTable } from './template-versions.js';
import { TroubledPostgresClient, TroubledSqliteClient } from './troubled-client.js';
import { UsersTable } from './users.js';

/** The hub's database; both engines give the same rows and the same errors. */
export interface Database {
  readonly users: UsersTable;
  readonly sessions: SessionsTable;
  readonly servers: ServersTable;
  readonly apiTokens: ApiTokensTable;
  readonly lastChoices: LastChoicesTable;
  readonly notices: NoticesTable;
  readonly templateVersions: TemplateVersionsTable;
  readonly templateUses: TemplateUsesTable;
  /** Asks for nothing. @throws what stands in the way, when the database does not answer */
  ping(): Promise<void>;
  /** Waits for running queries and lets go of the connections. */
  close(): Promise<void>;
}

/**
 * Opens the database, makes it where it is missing (SQLite: a file for this account alone), and brings its tables up
 * to date.
 *
 * @throws DatabaseUnusable with what stands in the way, without the password
 */
export async function openDatabase(config: DatabaseConfig): Promise<Database> {
  const { engine } = config;
  let knex: Knex | undefined;
  try {
    knex = config.engine === 'sqlite' ? openSqlite(config.file) : openPostgres(config.url);
    await migrate(knex, engine);
  } catch (error) {
    await knex?.destroy();
    throw error instanceof DatabaseUnusable ? error : describeFailure(config, error);
  }
  const opened = knex;
  return {
    users: new UsersTable(opened, engine),
    sessions: new SessionsTable(opened, engine),
    servers: new ServersTable(opened, engine),
    lastChoices: new LastChoicesTable(opened, engine),
    apiTokens: new ApiTokensTable(opened, engine),
    notices: new NoticesTable(opened, engine),
    templateVersions: new TemplateVersionsTable(opened, engine),
    templateUses: new TemplateUsesTable(opened, engine),
    ping: async () => {
      await opened.raw('select 1');
    },
    close: () => opened.destroy(),
  };
}

const ignore = (): void => undefined;

/**
 * Error messages without the values, which hold secrets and would get logged. And without Knex's own log, which
 * writes to standard output what it throws as well.
 */
const common = {
  compileSqlOnError: false,
  log: { warn: ignore, error: ignore, deprecate: ignore, debug: ignore },
} as const;

function openSqlite(file: string): Knex {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  closeSync(openSync(file, 'a', 0o600));
  return createKnex({
    ...common,
    client: TroubledSqliteClient,
    connection: { filename: file },
    useNullAsDefault: true,
    pool: {
      afterCreate: (
        connection: SqliteConnection,
        done: (error: Error | null, connection: SqliteConnection) => void,
      ) => {
        try {
          setPragmas(connection);
          done(null, connection);
        } catch (error) {
          done(error as Error, connection);
        }
      },
    },
  });
}

/**
 * One connection, as Knex has it for SQLite: a second one in this process would wait for the first with the whole
 * process, for ever. Another process (the `juhub` command, which is done in milliseconds) is waited for up to a second:
 * meanwhile nothing else happens in the hub.
 * What is saved stays saved, even when the power fails: https://www.sqlite.org/pragma.html#pragma_synchronous */
function setPragmas(connection: SqliteConnection): void {
  connection.pragma('busy_timeout = 1000');
  connection.pragma('journal_mode = WAL');
  connection.pragma('synchronous = FULL');
  connection.pragma('foreign_keys = ON');
}

function openPostgres(url: string): Knex {
  return createKnex({
    ...common,
    client: TroubledPostgresClient,
    connection: { connectionString: url, application_name: 'juhub', connectionTimeoutMillis: 10_000 },
    pool: { min: 0, max: 10 },
    acquireConnectionTimeout: 15_000,
  });
}

/** What would be a trouble of an open database may pass here too; anything else wants somebody. */
function describeFailure(config: DatabaseConfig, error: unknown): DatabaseUnusable {
  const cause = error instanceof DatabaseTrouble ? error.cause : error;
  const { code = '', message = String(cause) } = cause as NodeJS.ErrnoException;
  const reason = message === '' ? code : message;
  const place = config.engine === 'sqlite' ? config.file : hidePassword(config.url);
  return new DatabaseUnusable(`The database ${place} can't be opened: ${reason}`, nameTrouble(cause) !== undefined, {
    cause,
  });
}

function hidePassword(url: string): string {
  return url.replace(/^([a-z]+:\/\/[^:@/]*):.*@/, '$1:***@').replaceAll(/([?&]password=)[^&]*/g, '$1***');
}

import SqliteClient from 'knex/lib/dialects/better-sqlite3/index.js';
import PostgresClient from 'knex/lib/dialects/postgres/index.js';
import { DatabaseTrouble, nameTrouble } from './errors.js';

/** Knex's client for SQLite, whose errors say when the database itself is in trouble. */
export const TroubledSqliteClient = tellTroubles(SqliteClient);

/** The same for PostgreSQL. */
export const TroubledPostgresClient = tellTroubles(PostgresClient);

function tellTroubles(Client: typeof SqliteClient): typeof SqliteClient {
  return class extends Client {
    override async acquireConnection(): Promise<unknown> {
      try {
        return await super.acquireConnection();
      } catch (error) {
        // Whatever stands in the way of a connection is in the way of everything.
        throw new DatabaseTrouble(nameTrouble(error) ?? 'database-away', error);
      }
    }

    override async _query(connection: unknown, query: unknown): Promise<unknown> {
      try {
        return await super._query(connection, query);
      } catch (error) {
        const trouble = nameTrouble(error);
        throw trouble === undefined ? error : new DatabaseTrouble(trouble, error);
      }
    }
  };
}

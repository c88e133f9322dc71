/** Knex's own clients: https://knexjs.org/guide/#custom-client has them under these paths, without types. */
declare module 'knex/lib/dialects/*/index.js' {
  import { Knex } from 'knex';

  export default class extends Knex.Client {
    /** Runs one statement, inside a transaction or not. */
    _query(connection: unknown, query: unknown): Promise<unknown>;
  }
}

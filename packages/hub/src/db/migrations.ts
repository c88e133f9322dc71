import type { Knex } from 'knex';
import type { DatabaseConfig } from '../config/config.js';

type Engine = DatabaseConfig['engine'];

/** A step from one shape of the tables to the next. Steps that were once released are never changed, only followed. */
export interface Migration {
  /** Never changed: the database remembers it. */
  name: string;
  up: (trx: Knex.Transaction, engine: Engine) => Promise<void>;
}

/** Every step, in order. */
export const migrations: readonly Migration[] = [
  {
    name: '0001-first-tables',
    up: async (trx, engine) => {
      await createUsers(trx, engine);
      await createServers(trx, engine);
    },
  },
  { name: '0002-api-tokens', up: createApiTokens },
  {
    name: '0003-unreachable-hop',
    up: (trx) => trx.schema.alterTable('servers', (table) => void table.text('unreachable_hop')),
  },
  { name: '0004-template-versions', up: createTemplateVersions },
  {
    name: '0005-causes',
    up: (trx) => trx.schema.alterTable('server_events', (table) => void table.text('cause')),
  },
  { name: '0006-words-in-any-language', up: addMessageParts },
  { name: '0007-servers-for-admins', up: prepareServersForAdmins },
  { name: '0008-notices', up: createNotices },
  { name: '0009-idle-servers', up: addIdleLimits },
];

async function createUsers(trx: Knex.Transaction, engine: Engine): Promise<void> {
  await trx.schema.createTable('users', (table) => {
    table.text('name').primary();
    table.text('password_hash');
    table.boolean('admin').notNullable();
    dateColumn(engine, table, 'created_at').notNullable();
    dateColumn(engine, table, 'last_sign_in_at');
  });
  await trx.schema.createTable('sessions', (table) => {
    table.text('id_hash').primary();
    table.text('user_name').notNullable().references('name').inTable('users').onDelete('CASCADE').index();
    dateColumn(engine, table, 'created_at').notNullable();
    dateColumn(engine, table, 'expires_at').notNullable().index();
    dateColumn(engine, table, 'last_seen_at').notNullable();
    dateColumn(engine, table, 'ended_at');
    table.text('user_agent');
  });
  await trx.schema.createTable('last_choices', (table) => {
    table.text('user_name').notNullable();
    table.text('template').notNullable();
    table.text('choices').notNullable();
    table.primary(['user_name', 'template']);
  });
}

async function createServers(trx: Knex.Transaction, engine: Engine): Promise<void> {
  await trx.schema.createTable('servers', (table) => {
    table.text('id').primary();
    for (const name of [
      'user_name',
      'name',
      'site',
      'account',
      'scheduler',
      'template',
      'template_version',
      'choices',
    ]) {
      table.text(name).notNullable();
    }
    table.text('state').notNullable();
    for (const name of ['script', 'secret', 'job_id', 'node', 'endpoint_host', 'pending_reason', 'end_reason']) {
      table.text(name);
    }
    for (const name of ['end_message', 'exit_code', 'log_tail', 'unreachable_reason']) {
      table.text(name);
    }
    table.integer('endpoint_port');
    table.integer('time_limit_minutes');
    dateColumn(engine, table, 'created_at').notNullable();
    for (const name of ['submit_attempted', 'expected_start', 'submitted', 'job_started', 'ready', 'ends']) {
      dateColumn(engine, table, `${name}_at`);
    }
    for (const name of ['stop_requested_at', 'ended_at', 'last_seen_at', 'unreachable_since']) {
      dateColumn(engine, table, name);
    }
    table.index(['user_name', 'created_at']);
  });
  // Partial indexes are the same in both: https://www.sqlite.org/partialindex.html and "Partial Indexes" of PostgreSQL.
  await trx.raw("create unique index servers_name_taken on servers (user_name, name) where state <> 'ended'");
  await trx.raw("create index servers_active on servers (created_at) where state <> 'ended'");
  await trx.schema.createTable('server_events', (table) => {
    table.increments('id');
    table.text('server_id').notNullable().references('id').inTable('servers').onDelete('CASCADE').index();
    dateColumn(engine, table, 'at').notNullable();
    table.text('state').notNullable();
    table.text('message').notNullable();
  });
}

/** Users of the configuration file need not be in the users' table: hence no reference to it. */
async function createApiTokens(trx: Knex.Transaction, engine: Engine): Promise<void> {
  await trx.schema.createTable('api_tokens', (table) => {
    table.text('id').primary();
    table.text('hash').notNullable().unique();
    table.text('user_name').notNullable().index();
    table.text('label').notNullable();
    table.text('scopes').notNullable();
    dateColumn(engine, table, 'created_at').notNullable();
    for (const name of ['expires_at', 'last_used_at', 'revoked_at']) {
      dateColumn(engine, table, name);
    }
  });
}

/** Versions are kept apart from their uses: the same one can be put in use many times. */
async function createTemplateVersions(trx: Knex.Transaction, engine: Engine): Promise<void> {
  await trx.schema.createTable('template_versions', (table) => {
    for (const name of ['name', 'version', 'source', 'parts', 'origin']) {
      table.text(name).notNullable();
    }
    table.text('saved_by');
    dateColumn(engine, table, 'saved_at').notNullable();
    table.primary(['name', 'version']);
  });
  await trx.schema.createTable('template_uses', (table) => {
    table.text('name').notNullable();
    table.integer('number').notNullable();
    for (const name of ['version', 'kind', 'note']) {
      table.text(name).notNullable();
    }
    table.text('used_by');
    dateColumn(engine, table, 'used_at').notNullable();
    table.primary(['name', 'number']);
  });
}

/** Codes, and what fills their messages, beside the English texts. */
async function addMessageParts(trx: Knex.Transaction): Promise<void> {
  await trx.schema.alterTable('server_events', (table) => void table.text('details'));
  for (const name of ['end_code', 'end_values', 'log_problem']) {
    await trx.schema.alterTable('servers', (table) => void table.text(name));
  }
}

/** Who stopped a server, and an index for the list of those that ended lately. */
async function prepareServersForAdmins(trx: Knex.Transaction): Promise<void> {
  await trx.schema.alterTable('servers', (table) => void table.text('stop_requested_by'));
  await trx.raw("create index servers_ended on servers (ended_at) where state = 'ended'");
}

/** What administrators tell everybody. */
async function createNotices(trx: Knex.Transaction, engine: Engine): Promise<void> {
  await trx.schema.createTable('notices', (table) => {
    table.text('id').primary();
    for (const name of ['kind', 'level', 'text_en', 'text_de', 'made_by']) {
      table.text(name).notNullable();
    }
    for (const name of ['site', 'ended_by']) {
      table.text(name);
    }
    for (const name of ['shown_from', 'made_at']) {
      dateColumn(engine, table, name).notNullable();
    }
    for (const name of ['shown_until', 'ended_at']) {
      dateColumn(engine, table, name);
    }
  });
  await trx.raw('create index notices_open on notices (shown_from) where ended_at is null');
}

/** After what time without activity a server is ended, and what is known of its activity. */
async function addIdleLimits(trx: Knex.Transaction, engine: Engine): Promise<void> {
  await trx.schema.alterTable('servers', (table) => {
    table.integer('idle_seconds');
    table.integer('idle_busy_seconds');
    dateColumn(engine, table, 'active_at');
    dateColumn(engine, table, 'idle_ends_at');
  });
}

/** A time with milliseconds: timestamptz in PostgreSQL, ISO 8601 text in UTC in SQLite (which sorts by time). */
function dateColumn(engine: Engine, table: Knex.CreateTableBuilder, name: string): Knex.ColumnBuilder {
  return engine === 'postgres' ? table.timestamp(name, { useTz: true, precision: 3 }) : table.text(name);
}

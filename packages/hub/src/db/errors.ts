/** The user has a server of this name that has not ended. */
export class NameTaken extends Error {
  readonly code = 'server-name-taken';
  readonly transient = false;

  constructor(serverName: string, options?: ErrorOptions) {
    super(`You already have a server called ${serverName}. Stop it first, or give the new one another name.`, options);
    this.name = 'NameTaken';
  }
}

/** There is an account of this name already. */
export class UserExists extends Error {
  readonly code = 'user-exists';
  readonly transient = false;

  constructor(userName: string, options?: ErrorOptions) {
    super(`There is already a user called ${userName}.`, options);
    this.name = 'UserExists';
  }
}

/** The database can't be opened or brought up to date. `transient` where it may be only away for now. */
export class DatabaseUnusable extends Error {
  readonly code = 'database-unusable';

  constructor(
    message: string,
    readonly transient: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'DatabaseUnusable';
  }
}

/** What can be the matter with a database that was opened. */
export type DatabaseTroubleCode = 'database-full' | 'database-busy' | 'database-away';

const TROUBLE_MEANINGS: Readonly<Record<DatabaseTroubleCode, string>> = {
  'database-full': 'The disk of the database is full, so nothing can be saved',
  'database-busy': 'Another program keeps the database locked',
  'database-away': 'The database cannot be reached',
};

/**
 * The database cannot do what was asked, for a reason that has nothing to do with what was asked: nothing was saved,
 * and the same may work later.
 */
export class DatabaseTrouble extends Error {
  readonly transient = true;
  readonly waitSeconds = 10;
  /** Its message in the catalogue needs none. */
  readonly values = {};

  constructor(
    readonly code: DatabaseTroubleCode,
    cause: unknown,
  ) {
    super(`${TROUBLE_MEANINGS[code]} (${sayCause(cause)}).`, { cause });
    this.name = 'DatabaseTrouble';
  }
}

/**
 * What trouble an error of SQLite or PostgreSQL tells of; undefined where it is about what was asked.
 * Sources: https://www.sqlite.org/rescode.html, https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export function nameTrouble(error: unknown): DatabaseTroubleCode | undefined {
  if (error instanceof DatabaseTrouble) {
    return error.code;
  }
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (typeof code !== 'string') {
    // pg has no code for a connection that breaks under a query.
    return /^Connection terminated|timeout exceeded when trying to connect/.test(String(message))
      ? 'database-away'
      : undefined;
  }
  if (/^(SQLITE_FULL|53100)$/.test(code)) {
    return 'database-full';
  }
  if (/^(SQLITE_(BUSY|LOCKED)|55P03)/.test(code)) {
    return 'database-busy';
  }
  return /^(SQLITE_(IOERR|CANTOPEN|READONLY|PROTOCOL)|E[A-Z]+$|08|53|57P|58)/.test(code) ? 'database-away' : undefined;
}

function sayCause(cause: unknown): string {
  const { code, message } = cause as { code?: string; message?: string };
  // Knex puts the statement before the words of the database.
  return message?.split(' - ').at(-1) || code || String(cause);
}

/** Whether an error says that a row of the same key is there already (SQLite's constraint codes, PostgreSQL's 23505). */
export function isDuplicate(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === '23505' || code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY';
}

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

/** Whether an error says that a row of the same key is there already (SQLite's constraint codes, PostgreSQL's 23505). */
export function isDuplicate(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === '23505' || code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY';
}

import type { ConfigUser } from '../config/config.js';
import { userNamePattern } from '../config/setting-types.js';
import type { Database } from '../db/open-database.js';
import { hashPassword, verifyPassword } from './password.js';

/** Somebody who may use the hub. */
export interface User {
  readonly name: string;
  readonly admin: boolean;
}

/** A name that nobody can have; the message says what is expected. */
export class UserNameRefused extends Error {
  readonly code = 'user-name-refused';
  readonly transient = false;

  constructor(name: string) {
    super(
      `${JSON.stringify(name)} can't be a user name: lower-case letters, digits and _ . - are allowed, beginning with a letter, at most 64.`,
    );
    this.name = 'UserNameRefused';
  }
}

/** The local accounts: those of the configuration, which win, and those of the database. */
export class Accounts {
  readonly #configured: ReadonlyMap<string, ConfigUser>;
  readonly #users: Database['users'];

  constructor(configured: readonly ConfigUser[], users: Database['users']) {
    this.#configured = new Map(configured.map((user) => [user.name, user]));
    this.#users = users;
  }

  /** The user of a name, or undefined when there is none (any more). */
  async find(name: string): Promise<User | undefined> {
    const { user, passwordHash } = await this.#look(name);
    return passwordHash === undefined ? undefined : user;
  }

  /** The user whose name and password these are, or undefined; it takes as long for a name that nobody has. */
  async check(name: string, password: string): Promise<User | undefined> {
    const { user, passwordHash } = await this.#look(name);
    return (await verifyPassword(password, passwordHash)) ? user : undefined;
  }

  /**
   * Makes an account in the database.
   *
   * @throws UserNameRefused, PasswordRefused, UserExists
   */
  async add(name: string, password: string, admin: boolean): Promise<void> {
    if (!userNamePattern.test(name)) {
      throw new UserNameRefused(name);
    }
    const passwordHash = await hashPassword(password);
    await this.#users.insert({ name, passwordHash, admin, createdAt: new Date(), lastSignInAt: null });
  }

  async #look(name: string): Promise<{ user: User; passwordHash: string | undefined }> {
    const configured = this.#configured.get(name);
    const kept = configured ?? (userNamePattern.test(name) ? await this.#users.get(name) : undefined);
    return { user: { name, admin: kept?.admin ?? false }, passwordHash: kept?.passwordHash ?? undefined };
  }
}

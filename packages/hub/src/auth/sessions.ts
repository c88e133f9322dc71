import { createHash, randomBytes } from 'node:crypto';
import { DatabaseTrouble } from '../db/errors.js';
import type { Database } from '../db/open-database.js';
import type { Accounts, User } from './accounts.js';

/** A browser that somebody is signed in with. */
export interface Session {
  /** A name for the session that is no secret: nobody can sign in with it. */
  readonly id: string;
  readonly user: User;
  readonly expiresAt: Date;
  /** Set when the visit put off the end: the browser's cookie then wants a new age. */
  readonly renewed: boolean;
}

const dayMs = 86_400_000;
/** A visit is written down at most so often, for every picture and event would be one. */
const touchAfterMs = 60_000;
const tokenForm = /^[A-Za-z0-9_-]{43}$/;

/** Sessions: 32 random bytes in the browser's cookie, only their SHA-256 here, and an end that every visit puts off. */
export class Sessions {
  readonly lifetimeMs: number;
  readonly #sessions: Database['sessions'];
  readonly #users: Database['users'];
  readonly #accounts: Accounts;
  #onEnd: (() => void) | undefined;

  constructor(days: number, database: Pick<Database, 'sessions' | 'users'>, accounts: Accounts) {
    this.lifetimeMs = days * dayMs;
    this.#sessions = database.sessions;
    this.#users = database.users;
    this.#accounts = accounts;
  }

  /** Begins a session of somebody whose password was right; gives what the cookie holds. */
  async begin(user: User, userAgent: string | undefined, now = new Date()): Promise<string> {
    const token = randomBytes(32).toString('base64url');
    await this.#users.noteSignIn(user.name, now);
    await this.#sessions.removeExpired(now);
    await this.#sessions.insert({
      idHash: hashToken(token),
      userName: user.name,
      createdAt: now,
      lastSeenAt: now,
      expiresAt: new Date(now.getTime() + this.lifetimeMs),
      endedAt: null,
      userAgent: userAgent?.slice(0, 300) ?? null,
    });
    return token;
  }

  /** The session of a cookie; undefined when it was never one, has ended, or its user is gone. */
  async find(token: string, now = new Date()): Promise<Session | undefined> {
    if (!tokenForm.test(token)) {
      return undefined;
    }
    const idHash = hashToken(token);
    const row = await this.#sessions.get(idHash);
    if (row === undefined || row.endedAt !== null || row.expiresAt <= now) {
      return undefined;
    }
    const user = await this.#accounts.find(row.userName);
    if (user === undefined) {
      return undefined;
    }
    const later = new Date(now.getTime() + this.lifetimeMs);
    const renewed = now.getTime() - row.lastSeenAt.getTime() >= touchAfterMs && (await this.#renew(idHash, now, later));
    return { id: publicId(idHash), user, expiresAt: renewed ? later : row.expiresAt, renewed };
  }

  /** A database that can save nothing just now must not keep anybody from reading. @returns whether it was saved */
  async #renew(idHash: string, lastSeenAt: Date, expiresAt: Date): Promise<boolean> {
    try {
      await this.#sessions.touch(idHash, { lastSeenAt, expiresAt });
      return true;
    } catch (error) {
      if (error instanceof DatabaseTrouble) {
        return false;
      }
      throw error;
    }
  }

  /** Ends the session of a cookie, if there is one. */
  async end(token: string, now = new Date()): Promise<void> {
    const ended = await this.#sessions.end(hashToken(token), now);
    if (ended !== undefined) {
      this.#onEnd?.();
    }
  }

  /** The sessions that were ended, by `Session.id` and user: what was issued for them must count no more. */
  async listEnded(now = new Date()): Promise<{ id: string; userName: string }[]> {
    const rows = await this.#sessions.listEnded(now);
    return rows.map(({ idHash, userName }) => ({ id: publicId(idHash), userName }));
  }

  /** Calls back whenever a session was ended here; one that the command line ends is only in the list. */
  onEnd(callback: () => void): void {
    this.#onEnd = callback;
  }
}

function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function publicId(idHash: string): string {
  return createHash('sha256').update(`juhub session id ${idHash}`).digest('hex').slice(0, 32);
}

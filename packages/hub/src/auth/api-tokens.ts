import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { ApiTokenRow } from '../db/api-tokens.js';
import type { Database } from '../db/open-database.js';
import type { Accounts, User } from './accounts.js';

/**
 * What a token is good for. `servers`: all of its user's servers: look, start, stop, pass the gate. `read:servers`: only
 * look at them. `read:sites`: what sites and templates offer the user. `admin`: what the pages of the administration do,
 * while its user is an administrator.
 */
export const API_SCOPES = ['servers', 'read:servers', 'read:sites', 'admin'] as const;

export type ApiScope = (typeof API_SCOPES)[number];

/** What a token is good for where nothing else is said: never the administration. */
export const USUAL_SCOPES = ['servers', 'read:servers', 'read:sites'] as const satisfies readonly ApiScope[];

/** A token that counts, as a request brought it. */
export interface ApiToken {
  readonly id: string;
  readonly user: User;
  readonly scopes: readonly ApiScope[];
  /** Undefined: it never expires. */
  readonly expiresAt?: Date;
  /** The name under which the gate knows what was issued for this token, so that it ends with it. */
  readonly passId: string;
}

/** What a new token is to be like. */
export interface NewApiToken {
  readonly userName: string;
  readonly label: string;
  readonly scopes: readonly ApiScope[];
  readonly expiresAt?: Date | undefined;
}

/** A pass through the gate is given for no longer, so that it need not be remembered for long that one was taken back. */
export const PASS_LIFETIME_MS = 3_600_000;

/** A use is written down at most so often. */
const TOUCH_AFTER_MS = 60_000;
const TOKEN_FORM = /^juhub_[A-Za-z0-9_-]{43}$/;

/** Characters. */
export const LONGEST_LABEL = 100;

/** What is wrong with a label; undefined for a good one. It is shown on terminals: no control characters. */
export function findLabelProblem(label: string): string | undefined {
  const isGood = /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u.test(label) && label.trim() !== '' && label.length <= LONGEST_LABEL;
  return isGood ? undefined : `The label must be one line of 1 to ${LONGEST_LABEL} characters.`;
}

/** Tokens of the REST API: 32 random bytes that are shown once; only their SHA-256 is kept. */
export class ApiTokens {
  readonly #rows: Database['apiTokens'];
  readonly #accounts: Accounts;

  constructor(database: Pick<Database, 'apiTokens'>, accounts: Accounts) {
    this.#rows = database.apiTokens;
    this.#accounts = accounts;
  }

  /** Makes a token; `token` is the secret itself, `juhub_` and 43 characters, which cannot be shown again. */
  async issue(wanted: NewApiToken, now = new Date()): Promise<{ id: string; token: string }> {
    const token = `juhub_${randomBytes(32).toString('base64url')}`;
    const id = randomBytes(6).toString('hex');
    await this.#rows.removeRevoked(new Date(now.getTime() - PASS_LIFETIME_MS));
    await this.#rows.insert({
      id,
      hash: hashToken(token),
      userName: wanted.userName,
      label: wanted.label,
      scopes: [...wanted.scopes],
      createdAt: now,
      expiresAt: wanted.expiresAt ?? null,
      lastUsedAt: null,
      revokedAt: null,
    });
    return { id, token };
  }

  /**
   * The token that a request brought; undefined when it was never one, was taken back, has expired, or its user is gone.
   */
  async find(token: string, now = new Date()): Promise<ApiToken | undefined> {
    if (!TOKEN_FORM.test(token)) {
      return undefined;
    }
    const hash = hashToken(token);
    const row = await this.#rows.findByHash(hash);
    if (row === undefined || !isSame(row.hash, hash) || !counts(row, now)) {
      return undefined;
    }
    const user = await this.#accounts.find(row.userName);
    if (user === undefined) {
      return undefined;
    }
    if (row.lastUsedAt === null || now.getTime() - row.lastUsedAt.getTime() >= TOUCH_AFTER_MS) {
      await this.#rows.touch(row.id, now);
    }
    const expiry = row.expiresAt === null ? {} : { expiresAt: row.expiresAt };
    return {
      id: row.id,
      user,
      scopes: API_SCOPES.filter((one) => row.scopes.includes(one)),
      passId: passIdOf(row),
      ...expiry,
    };
  }

  /** The tokens of a user, or of everybody, that were not taken back; expired ones too. */
  list(userName?: string): Promise<ApiTokenRow[]> {
    return this.#rows.list(userName);
  }

  /** Takes a token back; undefined where there is none of this id. */
  revoke(id: string, now = new Date()): Promise<ApiTokenRow | undefined> {
    return this.#rows.revoke(id, now);
  }

  /** Tokens that were taken back while passes issued for them may still be about, as the gate is told of them. */
  async listRevoked(now = new Date()): Promise<{ id: string; userName: string }[]> {
    const rows = await this.#rows.listRevoked(new Date(now.getTime() - PASS_LIFETIME_MS));
    return rows.map((row) => ({ id: passIdOf(row), userName: row.userName }));
  }
}

/** Whether a token may do what needs a scope: whoever may start and stop may look as well. */
export function mayUse(token: Pick<ApiToken, 'scopes'>, scope: ApiScope): boolean {
  return token.scopes.includes(scope) || (scope === 'read:servers' && token.scopes.includes('servers'));
}

function counts(row: ApiTokenRow, now: Date): boolean {
  return row.revokedAt === null && (row.expiresAt === null || row.expiresAt > now);
}

function passIdOf({ id }: Pick<ApiTokenRow, 'id'>): string {
  return `api-token-${id}`;
}

/** The token is random itself: no slower hash would hide it better. */
function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function isSame(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

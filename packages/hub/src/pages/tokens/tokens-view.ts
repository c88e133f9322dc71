import type { User } from '../../auth/accounts.js';
import { type ApiScope, USUAL_SCOPES } from '../../auth/api-tokens.js';
import type { ApiTokenRow } from '../../db/api-tokens.js';
import type { Say } from '../../messages/say.js';
import { type Moment, sayMoment, sayMomentOf } from '../words/moment.js';

/** How long a token made in the page may be good for, in days. */
const LIFETIMES = ['30', '90', '365', 'none'] as const;

/** What a token made in the page may be good for. */
const USES = {
  all: USUAL_SCOPES,
  read: ['read:servers', 'read:sites'],
  admin: ['admin'],
} as const satisfies Readonly<Record<string, readonly ApiScope[]>>;

/** The uses that the form offers a person. */
export function listUses(say: Say, { admin }: Pick<User, 'admin'>): { value: keyof typeof USES; label: string }[] {
  return [
    { value: 'all', label: say('tokens.use.all') },
    { value: 'read', label: say('tokens.use.read') },
    ...(admin ? [{ value: 'admin', label: say('tokens.use.admin') } as const] : []),
  ];
}

/** The lifetimes that the form offers. */
export function listLifetimes(say: Say): { value: string; label: string }[] {
  const labels = { 365: say('tokens.days.year'), none: say('tokens.days.none') };
  return LIFETIMES.map((value) => ({
    value,
    label: value === '365' || value === 'none' ? labels[value] : say('tokens.days.count', { days: Number(value) }),
  }));
}

/** What was chosen in the form; undefined where it was not offered. */
export function readScopes(use: string, { admin }: Pick<User, 'admin'>): readonly ApiScope[] | undefined {
  return Object.hasOwn(USES, use) && (admin || use !== 'admin') ? USES[use as keyof typeof USES] : undefined;
}

/** @returns days; `none` for ever; undefined where it was not offered */
export function readLifetime(days: string): number | 'none' | undefined {
  const found = LIFETIMES.find((value) => value === days);
  return found === undefined || found === 'none' ? found : Number(found);
}

/** A token as its owner sees it; never the secret. */
export interface TokenView {
  readonly id: string;
  readonly label: string;
  readonly scopes: string;
  readonly createdAt: Moment;
  readonly lastUsedAt?: Moment | undefined;
  readonly expiresAt?: Moment | undefined;
  readonly isExpired: boolean;
}

/** Describes somebody's tokens, the newest first. Pure. */
export function describeTokens(rows: readonly ApiTokenRow[], now: Date): TokenView[] {
  return rows
    .toSorted((one, other) => other.createdAt.getTime() - one.createdAt.getTime())
    .map((row) => ({
      id: row.id,
      label: row.label,
      scopes: row.scopes.join(', '),
      createdAt: sayMoment(row.createdAt),
      lastUsedAt: sayMomentOf(row.lastUsedAt),
      expiresAt: sayMomentOf(row.expiresAt),
      isExpired: row.expiresAt !== null && row.expiresAt <= now,
    }));
}

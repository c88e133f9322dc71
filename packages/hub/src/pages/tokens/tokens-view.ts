import type { ApiScope } from '../../auth/api-tokens.js';
import type { ApiTokenRow } from '../../db/api-tokens.js';
import { type Moment, sayMoment, sayMomentOf } from '../words/moment.js';

/** How long a token made in the page may be good for, in days; the last one for ever. */
export const LIFETIMES = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'one year' },
  { value: 'none', label: 'until I take it back' },
] as const;

/** What a token made in the page may be good for. */
export const USES: readonly { value: string; label: string; scopes: readonly ApiScope[] }[] = [
  { value: 'all', label: 'everything with my servers', scopes: ['servers', 'read:servers', 'read:sites'] },
  { value: 'read', label: 'only looking', scopes: ['read:servers', 'read:sites'] },
];

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

import type { ServerRow } from '../../db/server-row.js';

/** What a site, a template or a person says: after so long without activity a server is to be ended. */
export interface IdleRule {
  readonly minutes: number;
  /** Also while a kernel computes. */
  readonly evenIfBusy: boolean;
}

/** What holds for one server, in whole seconds; null where it is not ended. */
export type IdleLimits = Pick<ServerRow, 'idleSeconds' | 'idleBusySeconds'>;

/**
 * The strictest of some rules. While a kernel computes only those count that say so: whoever asks for an earlier end
 * neither loses a computation by it nor gets around a rule that ends even those. Pure.
 */
export function strictestOf(rules: readonly (IdleRule | undefined)[]): IdleLimits {
  const given = rules.filter((rule) => rule !== undefined);
  return { idleSeconds: smallestOf(given), idleBusySeconds: smallestOf(given.filter(({ evenIfBusy }) => evenIfBusy)) };
}

function smallestOf(rules: readonly IdleRule[]): number | null {
  return rules.length === 0 ? null : Math.ceil(Math.min(...rules.map(({ minutes }) => minutes)) * 60);
}

/** The field of a template's form by which the user himself asks for an end; empty or zero: he does not. */
const FIELD = 'idle_minutes';

/** What a user asked for in the form. Pure. */
export function ruleOfUser(choices: Readonly<Record<string, unknown>>): IdleRule | undefined {
  const minutes = choices[FIELD];
  return typeof minutes === 'number' && minutes > 0 ? { minutes, evenIfBusy: false } : undefined;
}

import { type ChoiceLimits, checkChoices, type JobTemplate } from '@juhub/job-template';
import type { Catalogue, Entitlements } from '../../sites/node-type.js';
import { describeOffer } from '../../sites/offer.js';

/** What a person asked for, as it came: nothing in it is trusted. */
export interface SpawnRequest {
  readonly userName: string;
  /** The server's name; empty for the default one. */
  readonly name: string;
  readonly site: string;
  readonly template: string;
  /** The form's fields by name. */
  readonly choices: Readonly<Record<string, string | undefined>>;
}

/** Values that passed every check. */
export type Choices = Readonly<Record<string, string | number | boolean>>;

/** One thing that is wrong with a request, and which field of the form it belongs to. */
export interface ChoiceProblem {
  readonly field: string;
  /** For programs, and for the message in other languages (`problem.…` in the catalogue of messages). */
  readonly code: string;
  /** What stands in that message, by name. */
  readonly values: Readonly<Record<string, string | number>>;
  /** In English. */
  readonly message: string;
}

/** The request was refused; nothing was made. Each problem says what is allowed. */
export class RequestRefused extends Error {
  readonly code = 'request-refused';
  readonly transient = false;

  constructor(readonly problems: readonly ChoiceProblem[]) {
    super(problems.map((problem) => problem.message).join(' '));
    this.name = 'RequestRefused';
  }
}

/** What is said of a name that no server can have. */
export const NAME_RULE =
  'A server’s name has 1 to 31 lower-case letters, digits and hyphens, and begins with a letter or digit.';

/** What a server may be called. */
export const SERVER_NAME = /^[a-z0-9][a-z0-9-]{0,30}$/;

/** What a server without a name is called. */
export const DEFAULT_NAME = 'default';

/** What is wrong with a server's name; nothing for a good one. */
export function findNameProblems(name: string): ChoiceProblem[] {
  return SERVER_NAME.test(name) ? [] : [{ field: 'name', code: 'server-name', values: {}, message: NAME_RULE }];
}

/** What the template's fields may hold for this person on this site. */
export function limitsOf(catalogue: Catalogue, entitlements: Entitlements, now: Date): ChoiceLimits {
  const offer = describeOffer(catalogue, entitlements, now);
  const usable = offer.nodeTypes.filter(({ obstacle }) => obstacle === undefined);
  return {
    partitions: usable.map(({ nodeType, projects, qos, reservations }) => ({
      ...nodeType,
      accounts: projects,
      qos,
      reservations,
    })),
    accounts: entitlements.projects.map(({ name }) => name),
    accountRules: new Map(entitlements.projects.map((project) => [project.name, project])),
    qos: entitlements.qos,
    reservations: offer.reservations.map(({ name }) => name),
  };
}

/**
 * Checks a form's values against the template's fields and what the cluster has; every problem is told at once.
 *
 * @throws RequestRefused with one problem a field, in words that say what is allowed
 */
export function checkSpawnChoices(
  template: JobTemplate,
  request: Pick<SpawnRequest, 'name' | 'choices'>,
  limits: ChoiceLimits,
): Choices {
  const nameProblems = findNameProblems(request.name);
  const checked = checkChoices(template, request.choices, limits);
  if (checked.ok && nameProblems.length === 0) {
    return checked.choices;
  }
  throw new RequestRefused([...(checked.ok ? [] : checked.problems), ...nameProblems]);
}

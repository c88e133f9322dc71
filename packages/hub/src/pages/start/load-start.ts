import type { JobTemplate } from '@juhub/job-template';
import type { ServerRow } from '../../db/server-row.js';
import type { Say } from '../../messages/say.js';
import { sayWhy } from '../../say-why.js';
import type { Services } from '../../services.js';
import type { Catalogue, Entitlements } from '../../sites/node-type.js';
import { listOfferedTemplates } from '../../sites/offered-templates.js';
import type { Site } from '../../sites/site.js';
import type { ChoiceProblem } from '../../spawn/steps/check-request.js';
import { askWithin } from './ask-within.js';
import { chooseServerName } from './choose-server-name.js';
import { type FormInput, readInput, readStartForm } from './read-start-form.js';
import type { StartParts } from './start-view.js';

/** What the form needs of the hub. */
export type StartServices = Pick<
  Services,
  'servers' | 'expectedStarts' | 'records' | 'catalogues' | 'sites' | 'templates' | 'notices' | 'database' | 'log'
>;

/** A page waits for a cluster no longer; what is known is shown then. */
const PATIENCE_MS = 4_000;

/** Where a server is to be started, and with what. */
export interface Where {
  readonly site: Site;
  readonly template: JobTemplate;
  readonly templates: readonly JobTemplate[];
  /** The person's servers. */
  readonly rows: readonly ServerRow[];
}

/**
 * The site and the template that a link or a form is about: those that it names, else those of the person's newest
 * server, else the first ones.
 *
 * @returns undefined when the site offers no template
 */
export async function findWhere(
  services: StartServices,
  userName: string,
  input: FormInput,
): Promise<Where | undefined> {
  const rows = await services.records.listByUser(userName);
  const [newest] = rows.toSorted((one, other) => other.createdAt.getTime() - one.createdAt.getTime());
  const sites = [...services.sites.values()];
  const site = pick(sites, [readInput(input, 'site'), newest?.site]);
  if (site === undefined) {
    return undefined;
  }
  const templates = await listOfferedTemplates(services.templates(), site.name, async () => {
    // Why they are not known is told by the form, which asks for them too.
    const asking = services.catalogues.entitlements(site.name, userName).catch(() => undefined);
    const answer = await askWithin(asking, PATIENCE_MS);
    return answer === 'late' ? undefined : answer;
  });
  const template = pick(templates, [readInput(input, 'template'), newest?.template]);
  return template === undefined ? undefined : { site, template, templates, rows };
}

function pick<Named extends { readonly name: string }>(
  all: readonly Named[],
  wishes: readonly (string | undefined)[],
): Named | undefined {
  const wished = wishes.map((wish) => all.find((one) => one.name === wish));
  return wished.find((one) => one !== undefined) ?? all[0];
}

/** Whose form is asked for, and with what it is filled in. */
export interface StartQuestion {
  readonly userName: string;
  readonly where: Where;
  readonly input: FormInput;
  /** Set: the form was sent, and this is wrong with it. */
  readonly posted?: readonly ChoiceProblem[] | undefined;
  readonly say: Say;
}

/** Gathers all that the form is described from. Never waits long for a cluster, and never fails because of one. */
export async function loadStart(
  services: StartServices,
  { userName, where, input, posted, say }: StartQuestion,
): Promise<Omit<StartParts, 'expected'>> {
  const { site, template, templates, rows } = where;
  const [catalogue, mine, last] = await Promise.all([
    askCatalogue(services, site, userName),
    askEntitlements(services, site, userName, say),
    services.database.lastChoices.get(userName, template.name),
  ]);
  return {
    now: new Date(),
    say,
    site,
    sites: [...services.sites.values()],
    template,
    templates,
    catalogue,
    ...mine,
    filled: readStartForm(input, template.fields),
    last: last ?? {},
    name: readInput(input, 'name') ?? chooseServerName(rows),
    isPosted: posted !== undefined,
    problems: posted ?? [],
  };
}

/** What a site offers, as far as it is known in time. */
export async function askCatalogue(
  { catalogues }: Pick<StartServices, 'catalogues'>,
  site: Site,
  userName: string,
): Promise<Catalogue> {
  const answer = await askWithin(catalogues.get(site.name, site.accountOf(userName)), PATIENCE_MS);
  return answer === 'late' ? { site: site.name, nodeTypes: [], reservations: [] } : answer;
}

/** What a person may use on a site, or why that is not known. */
export async function askEntitlements(
  { catalogues, log }: Pick<StartServices, 'catalogues' | 'log'>,
  site: Site,
  userName: string,
  say: Say,
): Promise<Pick<StartParts, 'entitlements' | 'entitlementsProblem'>> {
  try {
    const answer = await askWithin(catalogues.entitlements(site.name, userName), PATIENCE_MS);
    return answer === 'late'
      ? { entitlements: undefined, entitlementsProblem: say('start.notYet') }
      : { entitlements: answer satisfies Entitlements };
  } catch (error) {
    log.warn({ site: site.name, user: userName, why: sayWhy(error) }, 'cannot ask what a person may charge');
    return { entitlements: undefined, entitlementsProblem: sayWhy(error) };
  }
}

import type { JobTemplate } from '@juhub/job-template';
import type { Say } from '../../../messages/say.js';
import type { Services } from '../../../services.js';
import type { Catalogue, Entitlements } from '../../../sites/node-type.js';
import type { Site } from '../../../sites/site.js';
import { limitsOf } from '../../../spawn/steps/check-request.js';
import { type JobPreview, previewJob } from '../../../spawn/trial/preview-job.js';
import { takeAtItsWord } from '../../../spawn/trial/take-at-its-word.js';
import type { CheckedSource } from '../../../templates/check-source.js';
import type { TemplateState } from '../../../templates/templates.js';
import { askCatalogue, askEntitlements } from '../../start/load-start.js';
import { type FormInput, readInput } from '../../start/read-start-form.js';
import { describeTrialFields, type TrialFields } from './describe-trial-fields.js';

/** What the workbench needs of the hub. */
export type WorkbenchServices = Pick<
  Services,
  'config' | 'auth' | 'database' | 'templateDesk' | 'sites' | 'catalogues' | 'records' | 'log'
>;

/** What an admin has on the workbench. */
export interface WorkbenchInput {
  readonly name: string;
  readonly source: string;
  /** The number of the last line of the history that the admin has seen. */
  readonly seen: number;
  readonly adminName: string;
  /** User, site and choices as a link or a form carries them. */
  readonly input: FormInput;
  readonly say: Say;
}

/** What the workbench is described from. */
export interface WorkbenchParts extends WorkbenchInput {
  readonly state: TemplateState;
  readonly checked: CheckedSource;
  /** The template whose fields are asked for: the edited one, or the one in use while that cannot be read. */
  readonly template: JobTemplate | undefined;
  readonly userName: string;
  readonly isUserKnown: boolean;
  readonly sites: readonly Site[];
  readonly site: Site | undefined;
  readonly fields: TrialFields;
  /** Why the limits of the site are not known: then the script is what it would be without them. */
  readonly limitsProblem: string | undefined;
  /** Undefined while the source cannot be read. */
  readonly preview: JobPreview | undefined;
}

/** Checks what is on the workbench and renders it. Never waits long for a cluster. @throws UnknownTemplate */
export async function loadWorkbench(services: WorkbenchServices, given: WorkbenchInput): Promise<WorkbenchParts> {
  const state = services.templateDesk.find(given.name);
  const checked = await services.templateDesk.check(given.name, given.source);
  const template = checked.template ?? state.inUse;
  const sites = [...services.sites.values()].filter(({ name }) => template?.sites?.includes(name) ?? true);
  const site = sites.find(({ name }) => name === readInput(given.input, '_site')) ?? sites[0];
  const userName = readInput(given.input, '_user') ?? given.adminName;
  const isUserKnown = (await services.auth.accounts.find(userName)) !== undefined;
  const known = await askSite(services, site, isUserKnown ? userName : undefined, given.say);
  const fields = describeTrialFields(template?.fields ?? [], { input: given.input, say: given.say, ...known });
  const preview =
    checked.template === undefined || site === undefined
      ? undefined
      : previewJob(checked.template, {
          userName,
          choices: fields.choices,
          site: site.name,
          hasSlurm: site.hasSlurm,
          limits:
            known.entitlements === undefined || known.problem !== undefined
              ? takeAtItsWord(checked.template, fields.choices)
              : limitsOf(known.catalogue, known.entitlements, new Date()),
        });
  const limitsProblem = known.problem;
  return { ...given, state, checked, template, userName, isUserKnown, sites, site, fields, limitsProblem, preview };
}

interface KnownSite {
  readonly catalogue: Catalogue;
  readonly entitlements: Entitlements | undefined;
  readonly problem: string | undefined;
}

/** Nobody is asked about a user whom the hub does not know: the name would be tried as an account of the site. */
async function askSite(
  services: WorkbenchServices,
  site: Site | undefined,
  userName: string | undefined,
  say: Say,
): Promise<KnownSite> {
  if (site === undefined || userName === undefined) {
    const nothing = { site: site?.name ?? '', nodeTypes: [], reservations: [] };
    return { catalogue: nothing, entitlements: undefined, problem: undefined };
  }
  const [catalogue, { entitlements, entitlementsProblem }] = await Promise.all([
    askCatalogue(services, site, userName),
    askEntitlements(services, site, userName, say),
  ]);
  const late = catalogue.askedAt === undefined ? say('start.notYet') : undefined;
  return { catalogue, entitlements, problem: catalogue.problem ?? entitlementsProblem ?? late };
}

import { randomBytes } from 'node:crypto';
import { type JobTemplate, TemplateError } from '@juhub/job-template';
import type { NewServer } from '../../db/server-row.js';
import type { Log } from '../../log.js';
import { sayWhy } from '../../say-why.js';
import type { Catalogues } from '../../sites/catalogues.js';
import { isFor } from '../../sites/offer.js';
import { isOfferedOn } from '../../sites/offered-templates.js';
import type { Site } from '../../sites/site.js';
import { SiteNotKnown } from '../../sites/site-not-known.js';
import { ruleOfUser, strictestOf } from '../idle/idle-limits.js';
import { renderJob, schedulerOf } from '../render-job.js';
import { makeSecret } from '../server-files.js';
import type { SchedulerKind } from '../site-rooms.js';
import {
  type ChoiceProblem,
  type Choices,
  checkSpawnChoices,
  DEFAULT_NAME,
  limitsOf,
  RequestRefused,
  type SpawnRequest,
} from './check-request.js';

/** What a request is checked against. */
export interface PlanRooms {
  readonly sites: ReadonlyMap<string, Site>;
  readonly templates: () => ReadonlyMap<string, JobTemplate>;
  readonly catalogues: Catalogues;
}

/** A request that passed every check. */
export interface JobPlan {
  readonly userName: string;
  /** The server's name. */
  readonly name: string;
  readonly site: Site;
  readonly template: JobTemplate;
  readonly scheduler: SchedulerKind;
  readonly choices: Choices;
}

/**
 * Checks a request against the site, the template and what the person may use.
 *
 * @throws RequestRefused when something is not allowed; another error when the site has to be asked and cannot be
 */
export async function planJob(rooms: PlanRooms, request: SpawnRequest): Promise<JobPlan> {
  const { site, template } = findPlace(rooms, request);
  const { userName } = request;
  const name = request.name === '' ? DEFAULT_NAME : request.name;
  const [catalogue, entitlements] = await Promise.all([
    rooms.catalogues.get(site.name, site.accountOf(userName)),
    rooms.catalogues.entitlements(site.name, userName),
  ]);
  if (catalogue.askedAt === undefined) {
    throw new SiteNotKnown(catalogue.problem);
  }
  if (!isFor(template, entitlements)) {
    // Word for word as for one that there is not: what other groups have is not told.
    throw refuseTemplate(request.template);
  }
  const limits = limitsOf(catalogue, entitlements, new Date());
  const choices = checkSpawnChoices(template, { ...request, name }, limits);
  return { userName, name, site, template, scheduler: schedulerOf(site, choices), choices };
}

function findPlace(rooms: PlanRooms, request: SpawnRequest): Pick<JobPlan, 'site' | 'template'> {
  const site = rooms.sites.get(request.site);
  const template = rooms.templates().get(request.template);
  if (site === undefined) {
    throw refuse('site', 'no-such-site', `There is no site called “${request.site}”.`, { given: request.site });
  }
  if (template === undefined) {
    throw refuseTemplate(request.template);
  }
  if (!isOfferedOn(template, site.name)) {
    const values = { site: site.title, template: template.title.en };
    throw refuse('template', 'template-not-here', `${site.title} does not offer ${values.template}.`, values);
  }
  return { site, template };
}

function refuseTemplate(given: string): RequestRefused {
  return refuse('template', 'no-such-template', `There is no template called “${given}”.`, { given });
}

function refuse(field: string, code: string, message: string, values: ChoiceProblem['values']): RequestRefused {
  return new RequestRefused([{ field, code, message, values }]);
}

/**
 * Writes the job script of a plan.
 *
 * @throws RequestRefused when a value cannot stand in the script, such as a project with odd characters in its name
 */
export function renderPlan({ site, ...plan }: JobPlan, id: string, log: Log): string {
  try {
    return renderJob({ ...plan, id, site: site.name });
  } catch (error) {
    if (!(error instanceof TemplateError)) {
      throw error;
    }
    // The place in the file is for the template's author, who reads the log.
    log.warn({ template: plan.template.name, why: sayWhy(error) }, 'a template cannot take what was chosen');
    const why = error.problems.map((problem) => problem.message).join(' ');
    throw refuse('template', 'script-failed', `The job script could not be made of this: ${why}`, { why });
  }
}

/** The row of a new server, its job script rendered. @throws RequestRefused */
export function describeServer(plan: JobPlan, log: Log): NewServer {
  const { userName, name, site, template, scheduler, choices } = plan;
  const id = randomBytes(8).toString('hex');
  return {
    userName,
    name,
    id,
    site: site.name,
    account: site.accountOf(userName),
    scheduler,
    template: template.name,
    templateVersion: template.version,
    choices,
    script: renderPlan(plan, id, log),
    secret: makeSecret(),
    ...strictestOf([site.config.idle, template.idle, ruleOfUser(choices)]),
    timeLimitMinutes: typeof choices.minutes === 'number' ? choices.minutes : null,
    createdAt: new Date(),
  };
}

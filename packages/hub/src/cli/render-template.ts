import type { ChoiceLimits, JobTemplate } from '@juhub/job-template';
import { userNameSetting } from '../config/setting-types.js';
import { LOGIN_NODE } from '../sites/node-type.js';
import { renderJob, schedulerOf } from '../spawn/render-job.js';
import type { SchedulerKind } from '../spawn/site-rooms.js';
import { checkSpawnChoices, DEFAULT_NAME, RequestRefused } from '../spawn/steps/check-request.js';
import { findTemplate, type TemplateFolderOptions } from './template-folder.js';

/** What a script is rendered from. */
export interface RenderOptions extends TemplateFolderOptions {
  user: string;
  set: Readonly<Record<string, string>>;
  site?: string;
  /** False: a plain process on a login node. */
  slurm: boolean;
}

/** `juhub template render`: the script on standard output, or what is wrong with the choices, field by field. */
export function renderTemplate(name: string, options: RenderOptions): void {
  const template = findTemplate(name, options);
  const { set, user, slurm } = options;
  const site = options.site ?? template.sites?.[0] ?? 'sample';
  const limits = takeAtItsWord(template, set);
  process.stdout.write(renderChecked(template, { user, set, site, hasSlurm: slurm, limits }).script);
}

/** Who chooses what where. */
export interface ChosenJob {
  readonly user: string;
  readonly set: Readonly<Record<string, string>>;
  readonly site: string;
  readonly hasSlurm: boolean;
  /** What the cluster allows. */
  readonly limits: ChoiceLimits;
}

/**
 * Checks and renders as a spawn does.
 *
 * @returns the script and what would run it
 * @throws an Error with a line for each field that is wrong, TemplateError
 */
export function renderChecked(
  template: JobTemplate,
  { user, set, site, hasSlurm, limits }: ChosenJob,
): { script: string; scheduler: SchedulerKind } {
  if (!userNameSetting.safeParse(user).success) {
    throw new Error(`${JSON.stringify(user)} can't be the name of a user.`);
  }
  if (template.sites !== undefined && !template.sites.includes(site)) {
    throw new Error(`${template.name} is not offered on ${site}, only on: ${template.sites.join(', ')}.`);
  }
  const choices = checkByField(template, set, limits);
  const scheduler = schedulerOf({ hasSlurm }, choices);
  const who = { id: SAMPLE_ID, userName: user, name: DEFAULT_NAME };
  return { script: renderJob({ ...who, site, scheduler, template, choices }), scheduler };
}

/** The same at each rendering, so that two scripts can be compared. */
const SAMPLE_ID = '0123456789abcdef';

function checkByField(template: JobTemplate, choices: RenderOptions['set'], limits: ChoiceLimits) {
  try {
    return checkSpawnChoices(template, { name: DEFAULT_NAME, choices }, limits);
  } catch (error) {
    if (error instanceof RequestRefused) {
      const lines = error.problems.map(({ field, message }) => `\n  ${field}: ${message}`);
      throw new Error(`${template.name} cannot be started with these choices.${lines.join('')}`, { cause: error });
    }
    throw error;
  }
}

/** Limits of a cluster that has whatever is asked for: only the template's own limits are left. */
function takeAtItsWord(template: JobTemplate, set: RenderOptions['set']): ChoiceLimits {
  const wanted = (type: string): string[] => {
    const field = template.fields.find((one) => one.type === type);
    const name = field && ((Object.hasOwn(set, type) && set[type]) || field.default);
    return typeof name === 'string' ? [name] : [];
  };
  return {
    partitions: wanted('partition').map((name) => ({
      name,
      kind: name === LOGIN_NODE ? ('login' as const) : ('partition' as const),
      minNodes: 1,
      maxNodes: Number.POSITIVE_INFINITY,
      gpusPerNode: Number.POSITIVE_INFINITY,
    })),
    accounts: wanted('account'),
    qos: wanted('qos').map((name) => ({ name })),
    reservations: wanted('reservation'),
  };
}

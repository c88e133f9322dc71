import type { ChoiceLimits, JobTemplate } from '@juhub/job-template';
import { isOfferedOn } from '../../sites/offered-templates.js';
import { renderJob, schedulerOf } from '../render-job.js';
import type { SchedulerKind } from '../site-rooms.js';
import { checkSpawnChoices, DEFAULT_NAME, RequestRefused } from '../steps/check-request.js';

/** Who would choose what where. */
export interface TrialJob {
  readonly userName: string;
  /** The form's fields by name. */
  readonly choices: Readonly<Record<string, string | undefined>>;
  /** The site's name. */
  readonly site: string;
  readonly hasSlurm: boolean;
  /** What the cluster allows. */
  readonly limits: ChoiceLimits;
}

/** The same at each rendering, so that two scripts can be compared. */
export const SAMPLE_ID = '0123456789abcdef';

/**
 * Checks and renders as a spawn does, for a server that is never made: there is no secret that could be in the script.
 *
 * @returns the script and what would run it
 * @throws RequestRefused with a problem for each field that is wrong, TemplateError
 */
export function renderTrial(
  template: JobTemplate,
  { userName, choices: given, site, hasSlurm, limits }: TrialJob,
): { script: string; scheduler: SchedulerKind } {
  if (!isOfferedOn(template, site)) {
    const message = `${template.name} is not offered on ${site}, only on: ${(template.sites ?? []).join(', ')}.`;
    const values = { site, template: template.title.en };
    throw new RequestRefused([{ field: 'site', code: 'template-not-here', values, message }]);
  }
  const choices = checkSpawnChoices(template, { name: DEFAULT_NAME, choices: given }, limits);
  const scheduler = schedulerOf({ hasSlurm }, choices);
  const who = { id: SAMPLE_ID, userName, name: DEFAULT_NAME };
  return { script: renderJob({ ...who, site, scheduler, template, choices }), scheduler };
}

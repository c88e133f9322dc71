import type { JobTemplate } from '@juhub/job-template';
import type { Entitlements } from './node-type.js';
import { isFor } from './offer.js';

/** Templates by name. */
type Templates = ReadonlyMap<string, JobTemplate>;

/** Whether any template is for members of some UNIX groups alone. */
export function needGroups(templates: Templates): boolean {
  return [...templates.values()].some(({ groups }) => groups !== undefined);
}

/** Whether a template is for a site at all. */
export function isOfferedOn({ sites }: Pick<JobTemplate, 'sites'>, siteName: string): boolean {
  return sites === undefined || sites.includes(siteName);
}

/**
 * The templates that a site offers one person.
 *
 * @param ask what the person may use there; only asked for where a template is for some groups. Undefined where the site
 *   cannot say: then only what is for everybody is offered
 */
export async function listOfferedTemplates(
  templates: Templates,
  siteName: string,
  ask: () => Promise<Pick<Entitlements, 'groups'> | undefined>,
): Promise<JobTemplate[]> {
  const here = [...templates.values()].filter((template) => isOfferedOn(template, siteName));
  if (here.every(({ groups }) => groups === undefined)) {
    return here;
  }
  const entitlements = await ask();
  return here.filter((template) => isFor(template, entitlements));
}

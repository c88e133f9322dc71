import type { ChoiceLimits, JobTemplate } from '@juhub/job-template';
import type { ExpectedStart } from '@juhub/slurm';
import type { Catalogues } from '../../sites/catalogues.js';
import type { Site } from '../../sites/site.js';
import { limitsOf } from '../steps/check-request.js';
import { renderTrial, type TrialJob } from './render-trial.js';

/** There is no scheduler that could say anything about a job, or none that answers. */
export class CannotTry extends Error {
  readonly code = 'cannot-try';
  readonly transient = false;

  constructor(message: string) {
    super(message);
    this.name = 'CannotTry';
  }
}

/** What Slurm says of a job that was not submitted. */
export interface TriedJob extends ExpectedStart {
  /** The UNIX account that would run it. */
  readonly account: string;
}

/**
 * Has the real Slurm of a site check the script that a spawn would submit (`sbatch --test-only`), as the user's own
 * account. Submits nothing.
 *
 * @throws RequestRefused with a problem for each field that is wrong, TemplateError, CannotTry; SlurmError with Slurm's
 *   own words when it would refuse the job, ConnectorError when there is no way to ask it
 */
export async function tryJob(
  template: JobTemplate,
  { site, catalogues, userName, choices }: TrialOnSite,
): Promise<TriedJob> {
  const limits = await askLimits(site, catalogues, userName);
  const { script, scheduler } = renderTrial(template, {
    userName,
    choices,
    site: site.name,
    hasSlurm: site.hasSlurm,
    limits,
  });
  if (scheduler !== 'slurm') {
    throw new CannotTry('This would be a plain process on the login node: there is no Slurm to ask.');
  }
  const account = site.accountOf(userName);
  return { ...(await site.slurmAs(account).testSubmit({ script })), account };
}

/** Who would choose what on a real site. */
export interface TrialOnSite extends Pick<TrialJob, 'userName' | 'choices'> {
  readonly site: Site;
  readonly catalogues: Catalogues;
}

async function askLimits(site: Site, catalogues: Catalogues, userName: string): Promise<ChoiceLimits> {
  const catalogue = await catalogues.get(site.name, site.accountOf(userName));
  if (catalogue.problem !== undefined) {
    throw new CannotTry(`${site.name} cannot be asked. ${catalogue.problem}`);
  }
  return limitsOf(catalogue, await catalogues.entitlements(site.name, userName), new Date());
}

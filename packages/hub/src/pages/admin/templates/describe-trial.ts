import { ConnectorError } from '@juhub/connector';
import { TemplateError } from '@juhub/job-template';
import { SlurmError } from '@juhub/slurm';
import type { Say } from '../../../messages/say.js';
import { RequestRefused } from '../../../spawn/steps/check-request.js';
import { CannotTry, type TriedJob, tryJob } from '../../../spawn/trial/try-job.js';
import type { Fact } from '../../words/describe-choices.js';
import { sayMoment } from '../../words/moment.js';
import type { WorkbenchParts, WorkbenchServices } from './load-workbench.js';

/** What came of a test on the cluster. */
export interface Tried {
  readonly isGood: boolean;
  readonly title: string;
  /** Why not, in the words of whoever said so. */
  readonly lines: readonly string[];
  readonly facts: readonly Fact[];
}

/** Asks the site about the job that is on the workbench; nothing is submitted. */
export async function tryOnSite(bench: WorkbenchParts, services: WorkbenchServices, say: Say): Promise<Tried> {
  const { checked, site, userName, isUserKnown, adminName, name, fields } = bench;
  if (checked.template === undefined || !checked.isUsable || site === undefined) {
    return refuse(say('adminTemplates.notTried'), [say('adminTemplates.noScript')]);
  }
  if (!isUserKnown) {
    return refuse(say('adminTemplates.notTried'), [say('adminTemplates.noSuchUser')]);
  }
  services.log.info({ template: name, admin: adminName, user: userName, site: site.name }, 'an admin tests a template');
  try {
    const { catalogues } = services;
    const job = await tryJob(checked.template, { site, catalogues, userName, choices: fields.choices });
    return describeTaken(job, site.title, say);
  } catch (error) {
    return describeFailure(error, site.title, say);
  }
}

function describeTaken(job: TriedJob, site: string, say: Say): Tried {
  const facts = [
    { label: say('adminTemplates.start'), value: job.expectedStart && sayMoment(job.expectedStart).text },
    { label: say('adminTemplates.nodes'), value: job.nodes },
    { label: say('adminTemplates.partition'), value: job.partition },
    { label: say('adminTemplates.slurmSays'), value: job.message },
  ];
  return {
    isGood: true,
    title: say('adminTemplates.taken', { site, account: job.account }),
    lines: [],
    facts: facts.flatMap(({ label, value }) => (value ? [{ label, value }] : [])),
  };
}

/** @throws the error itself when it is a fault of the hub */
function describeFailure(error: unknown, site: string, say: Say): Tried {
  if (error instanceof SlurmError && error.code === 'refused') {
    return refuse(say('adminTemplates.notTaken', { site }), [error.message]);
  }
  if (error instanceof RequestRefused || error instanceof TemplateError) {
    return refuse(
      say('adminTemplates.notTried'),
      error.problems.map(({ message }) => message),
    );
  }
  if (error instanceof SlurmError || error instanceof ConnectorError || error instanceof CannotTry) {
    return refuse(say('adminTemplates.notTried'), [error.message]);
  }
  throw error;
}

function refuse(title: string, lines: readonly string[]): Tried {
  return { isGood: false, title, lines, facts: [] };
}

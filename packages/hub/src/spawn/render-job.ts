import { type JobTemplate, renderScript } from '@juhub/job-template';
import { LOGIN_NODE } from '../sites/node-type.js';
import { publicPathOf } from './public-path.js';
import { jobNameOf } from './scheduler/scheduler.js';
import { folderOf } from './server-files.js';
import { LOGIN_NODE_HOST, type SchedulerKind } from './site-rooms.js';
import type { Choices } from './steps/check-request.js';

/** All that a job script is made of. */
export interface JobParts {
  readonly id: string;
  readonly userName: string;
  /** The server's name. */
  readonly name: string;
  readonly site: string;
  readonly scheduler: SchedulerKind;
  readonly template: JobTemplate;
  /** As checkSpawnChoices gives them. */
  readonly choices: Choices;
}

/** What runs a server: Slurm, or a plain process on the login node where that was chosen or there is nothing else. */
export function schedulerOf(site: { readonly hasSlurm: boolean }, choices: Choices): SchedulerKind {
  return choices.partition === LOGIN_NODE || !site.hasSlurm ? 'process' : 'slurm';
}

/** Writes a server's job script. @throws TemplateError when a value cannot stand where the template puts it */
export function renderJob({ id, userName, name, site, scheduler, template, choices }: JobParts): string {
  const isScheduled = scheduler === 'slurm';
  return renderScript(template, {
    server: { id, name, basePath: publicPathOf({ userName, name }), dir: folderOf(id) },
    job: { name: jobNameOf(id), scheduled: isScheduled },
    user: { name: userName },
    site: { name: site },
    listen: isScheduled ? { bind: '0.0.0.0' } : { bind: LOGIN_NODE_HOST, host: LOGIN_NODE_HOST },
    choices,
  });
}

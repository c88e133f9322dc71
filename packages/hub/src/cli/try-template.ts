import { ConnectorClient } from '@juhub/connector';
import { loadConfig } from '../config/load-config.js';
import { statePaths } from '../config/state-paths.js';
import { Catalogues } from '../sites/catalogues.js';
import { Site } from '../sites/site.js';
import { type TriedJob, tryJob } from '../spawn/trial/try-job.js';
import { findSite } from './find-site.js';
import { checkUserName, sayByField } from './render-template.js';
import { findTemplate, type TemplateFolderOptions } from './template-folder.js';

/** What is tried. */
export interface TryOptions extends TemplateFolderOptions {
  user: string;
  set: Readonly<Record<string, string>>;
  /** May be left out where there is only one. */
  site?: string;
}

/**
 * `juhub template try`: has the real Slurm check the script that a spawn would submit, as the user's own account and
 * through the connector that is running. Submits nothing.
 *
 * @throws SlurmError with Slurm's own words when it would refuse the job, ConnectorError when there is no way to ask it
 */
export async function tryTemplate(name: string, options: TryOptions): Promise<void> {
  const config = loadConfig(options.config);
  const template = findTemplate(name, options);
  const connector = new ConnectorClient({ socketPath: statePaths(config.stateDir).connectorSocket });
  const site = new Site(findSite(config, options.site), connector);
  const catalogues = new Catalogues(new Map([[site.name, site]]));
  checkUserName(options.user);
  await sayByField(name, async () => {
    const job = { site, catalogues, userName: options.user, choices: options.set };
    const answer = await tryJob(template, job);
    process.stdout.write(`${describeStart(answer, site.name).join('\n')}\n`);
  });
}

function describeStart(job: TriedJob, site: string): string[] {
  const { account, expectedStart, nodes, partition, message } = job;
  const facts = [
    ['start', expectedStart && describeTime(expectedStart)],
    ['nodes', nodes],
    ['partition', partition],
    ['Slurm', message],
  ];
  const lines = facts.flatMap(([what = '', fact]) => (fact ? [`  ${what.padEnd(11)}${fact}`] : []));
  return [`${site} would take this job of ${account}. Nothing was submitted.`, ...lines];
}

function describeTime(time: Date): string {
  const minutes = Math.round((time.getTime() - Date.now()) / 60_000);
  const until = minutes <= 0 ? 'now' : `in ${minutes} minute${minutes === 1 ? '' : 's'}`;
  return `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC, ${until}`;
}

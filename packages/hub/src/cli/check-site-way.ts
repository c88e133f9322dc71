import { ConnectorClient } from '@juhub/connector';
import { loadConfig } from '../config/load-config.js';
import { statePaths } from '../config/state-paths.js';
import { sayIn } from '../messages/say.js';
import { checkSite, listFailed, type SiteCheck, type SiteStep } from '../sites/check-site.js';
import { Site } from '../sites/site.js';
import { printSafe } from '../smoke/print-safe.js';
import { findSite } from './find-site.js';

/** How a site is tested. */
export interface CheckOptions {
  config: string;
  account?: string;
  json?: boolean;
}

/**
 * `juhub site check`: walks the way to a site through the connector that is running, and prints every step, or all of it as JSON.
 *
 * @throws an Error that names the steps that failed, and when no account is known to do it as
 */
export async function checkSiteWay(name: string, options: CheckOptions): Promise<void> {
  const config = loadConfig(options.config);
  const connector = new ConnectorClient({ socketPath: statePaths(config.stateDir).connectorSocket });
  const site = new Site(findSite(config, name), connector);
  const account = options.account ?? site.config.serviceAccount;
  if (account === undefined) {
    throw new Error(`${name} has no service account: name an account with --account.`);
  }
  const check = await checkSite(site, connector, account);
  process.stdout.write(options.json ? `${JSON.stringify(check, null, 2)}\n` : describeCheck(check));
  if (!check.ok) {
    throw new Error(`The way to ${name} does not work as ${account}: ${sayFailed(check)}.`);
  }
}

/** What is printed for people. Steps have words of the site's shell in them, which is a stranger to the terminal. */
export function describeCheck(check: SiteCheck): string {
  const { ok, site, account, steps } = check;
  const isPartial = ok && listFailed(check).length > 0;
  const works = `The whole way to ${site} works as ${account}${isPartial ? ', by another login node' : ''}.`;
  return [...steps.map(describeStep), ...(ok ? [works] : [])].map((line) => `${line}\n`).join('');
}

function sayFailed(check: SiteCheck): string {
  return listFailed(check)
    .map((step) => sayIn.en(`adminSites.step.${step}`))
    .join(', ');
}

function describeStep({ step, ok, hop, tookMs, detail }: SiteStep): string {
  const title = sayIn.en(`adminSites.step.${step}`);
  const line = `${ok ? 'ok    ' : 'FAILED'} ${title.padEnd(16)} ${`${tookMs} ms`.padStart(8)}  ${hop}`;
  return ok ? line : `${line}\n       ${printSafe(detail)}\n       ${sayIn.en(`adminSites.advice.${step}`)}`;
}

import type { Command } from 'commander';
import type { CheckOptions } from './check-site-way.js';
import { configOption } from './config-option.js';

/** `juhub site …`: the sites as this machine reaches them. */
export function addSiteCommands(program: Command): void {
  const site = program.command('site').description('the sites as this machine reaches them');
  site
    .command('check <name>')
    .description('walk the whole way to a site and say which step fails; the connector must be running')
    .option('--account <name>', 'the UNIX account to do it as; the service account of the site when left out')
    .option('--json', 'print what was found as JSON')
    .addOption(configOption())
    .action(async (name: string, options: CheckOptions) =>
      (await import('./check-site-way.js')).checkSiteWay(name, options),
    );
}

import type { Command } from 'commander';
import type { Config } from '../config/config.js';
import { writeProblem } from '../config/config-error.js';
import { checkConfig } from '../config/load-config.js';
import { configOption } from './config-option.js';

/** `juhub config …`: what can be done with the configuration without starting anything. */
export function addConfigCommands(program: Command): void {
  program
    .command('config')
    .description('the configuration')
    .command('check')
    .description('say what is wrong with the configuration, or that it is fine')
    .addOption(configOption())
    .action((options: { config: string }) => {
      const { config, warnings } = checkConfig(options.config);
      process.stdout.write(`${describeConfig(config)}\n`);
      for (const warning of warnings) {
        process.stderr.write(`juhub: warning: ${writeProblem(warning)}\n`);
      }
    });
}

function describeConfig({ file, public: { url }, sites, users, stateDir }: Config): string {
  const names = sites.map(({ name, kind, scheduler }) => `${name} (${kind}, ${scheduler})`).join(', ');
  const count = users.length === 0 ? 'none' : users.map(({ name }) => name).join(', ');
  return [
    `${file} is fine.`,
    `  address  ${url}`,
    `  state    ${stateDir}`,
    `  sites    ${names}`,
    `  users    ${count}`,
  ].join('\n');
}

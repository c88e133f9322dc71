import type { Command } from 'commander';
import type { Config } from '../config/config.js';
import { loadConfigWithFiles } from '../config/load-config.js';
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
      process.stdout.write(`${describeConfig(loadConfigWithFiles(options.config))}\n`);
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

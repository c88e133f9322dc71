import { type Command, Option } from 'commander';
import { configOption } from './config-option.js';
import type { VersionOptions } from './manage-template-versions.js';
import type { RenderOptions } from './render-template.js';
import { setOption } from './set-option.js';
import type { TemplateFolderOptions } from './template-folder.js';
import type { TryOptions } from './try-template.js';

/** `juhub template …`: what the author of a template does without a hub. */
export function addTemplateCommands(program: Command): void {
  const template = program.command('template').description('job templates');
  template
    .command('check [paths...]')
    .description(
      'say what is wrong with templates (folders or NAME.sbatch.hbs); of the configuration when none is named',
    )
    .addOption(configOption())
    .action(async (paths: string[], { config }: { config: string }) =>
      (await import('./check-templates.js')).checkTemplates(paths, config),
    );
  template
    .command('list')
    .description('list the templates with their fields')
    .addOption(folderOption())
    .addOption(configOption())
    .action(async (options: TemplateFolderOptions) => (await import('./list-templates.js')).listTemplates(options));
  template
    .command('render <name>')
    .description('print the job script that a spawn with these choices makes; no cluster is asked')
    .addOption(userOption())
    .addOption(setOption())
    .option('--site <name>', 'the site; the first that offers the template when left out')
    .option('--no-slurm', 'a plain process on a login node, where partition=login-node does not say so')
    .addOption(folderOption())
    .addOption(configOption())
    .action(async (name: string, options: RenderOptions) =>
      (await import('./render-template.js')).renderTemplate(name, options),
    );
  template
    .command('try <name>')
    .description('have the Slurm of a site check that job script; nothing is submitted; the connector must be running')
    .addOption(userOption())
    .addOption(setOption())
    .option('--site <name>', 'the site; may be left out where there is only one')
    .addOption(folderOption())
    .addOption(configOption())
    .action(async (name: string, options: TryOptions) =>
      (await import('./try-template.js')).tryTemplate(name, options),
    );
  addVersionCommands(template);
  template
    .command('schema')
    .description('print the JSON Schema of the front matter, for editors')
    .action(async () => (await import('./print-schema.js')).printSchema());
}

function addVersionCommands(template: Command): void {
  template
    .command('versions <name>')
    .description('list which versions of a template were in use, since when and by whom')
    .addOption(configOption())
    .action(async (name: string, options: VersionOptions) => (await loadVersions()).listVersions(name, options));
  template
    .command('use <name> <version>')
    .description('put a version of the list in use, whatever the folder has')
    .addOption(noteOption())
    .addOption(configOption())
    .action(async (name: string, version: string, options: VersionOptions) =>
      (await loadVersions()).useVersion(name, version, options),
    );
  template
    .command('back <name>')
    .description('go back to the file of a template, and follow it from then on')
    .addOption(noteOption())
    .addOption(configOption())
    .action(async (name: string, options: VersionOptions) => (await loadVersions()).followFile(name, options));
}

/** Only these commands load the database. */
const loadVersions = () => import('./manage-template-versions.js');

function noteOption(): Option {
  return new Option('--note <text>', 'why, for the history');
}

function folderOption(): Option {
  return new Option('-d, --dir <folder>', 'the templates; those of the configuration when left out');
}

function userOption(): Option {
  return new Option('-u, --user <name>', 'the user of the hub').makeOptionMandatory();
}

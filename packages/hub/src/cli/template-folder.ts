import { type JobTemplate, loadTemplates } from '@juhub/job-template';
import { loadConfig } from '../config/load-config.js';

/** Where the commands on templates find them. */
export interface TemplateFolderOptions {
  dir?: string;
  config: string;
}

/** The folder with the templates: the one that is named, or that of the configuration. @throws ConfigError */
export function findTemplateFolder({ dir, config }: TemplateFolderOptions): string {
  return dir ?? loadConfig(config).templates;
}

/** Finds a template by its name. @throws an Error that says what is wrong with it, or which ones there are */
export function findTemplate(name: string, options: TemplateFolderOptions): JobTemplate {
  const folder = findTemplateFolder(options);
  const { templates, files, problems } = loadTemplates(folder);
  const template = templates.get(name);
  if (template !== undefined) {
    return template;
  }
  const isBroken = files.has(name);
  const known = [...templates.keys()].join(', ') || 'none that can be used';
  const why = isBroken || templates.size === 0 ? problems : [];
  const lines = why.map(({ file, line, column, message }) => `\n${file}:${line}:${column}: ${message}`);
  const what = isBroken ? `The template ${name} cannot be used.` : `There is no template ${name} in ${folder}.`;
  throw new Error(`${what} There is: ${known}.${lines.join('')}`);
}

import { userNameSetting } from '../config/setting-types.js';
import { RequestRefused } from '../spawn/steps/check-request.js';
import { renderTrial } from '../spawn/trial/render-trial.js';
import { takeAtItsWord } from '../spawn/trial/take-at-its-word.js';
import { findTemplate, type TemplateFolderOptions } from './template-folder.js';

/** What a script is rendered from. */
export interface RenderOptions extends TemplateFolderOptions {
  user: string;
  set: Readonly<Record<string, string>>;
  site?: string;
  /** False: a plain process on a login node. */
  slurm: boolean;
}

/** `juhub template render`: the script on standard output, or what is wrong with the choices, field by field. */
export async function renderTemplate(name: string, options: RenderOptions): Promise<void> {
  const template = findTemplate(name, options);
  const { set: choices, user: userName, slurm: hasSlurm } = options;
  const site = options.site ?? template.sites?.[0] ?? 'sample';
  checkUserName(userName);
  await sayByField(name, async () => {
    const limits = takeAtItsWord(template, choices);
    process.stdout.write(renderTrial(template, { userName, choices, site, hasSlurm, limits }).script);
  });
}

/** @throws an Error for a name that no user can have */
export function checkUserName(name: string): void {
  if (!userNameSetting.safeParse(name).success) {
    throw new Error(`${JSON.stringify(name)} can't be the name of a user.`);
  }
}

/** Does something with choices. @throws an Error with a line for each field that is wrong, and whatever else goes wrong */
export async function sayByField(templateName: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof RequestRefused) {
      const lines = error.problems.map(({ field, message }) => `\n  ${field}: ${message}`);
      throw new Error(`${templateName} cannot be started with these choices.${lines.join('')}`, { cause: error });
    }
    throw error;
  }
}

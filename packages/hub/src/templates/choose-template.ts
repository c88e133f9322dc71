import type { JobTemplate, LoadedFile } from '@juhub/job-template';
import type { TemplateUseRow } from '../db/template-uses.js';

/** What is known of one template. */
export interface TemplateFacts {
  /** Undefined: the folder has no such file, as far as it can be read. */
  readonly file: LoadedFile | undefined;
  /** False: the folder cannot be read. */
  readonly isListed: boolean;
  /** The last line of its history. */
  readonly use: TemplateUseRow | undefined;
  /** What was in use until now. */
  readonly before: JobTemplate | undefined;
}

/**
 * Which version counts: the one that an admin chose; else that of the file; where the file cannot be used, the one that
 * was good last.
 *
 * @param load gets a version out of the history; undefined where it cannot be had
 * @returns undefined where the template is not offered
 */
export async function chooseTemplate(
  { file, isListed, use, before }: TemplateFacts,
  load: (use: TemplateUseRow) => Promise<JobTemplate | undefined>,
): Promise<JobTemplate | undefined> {
  const chosen = use?.kind === 'chosen' ? await load(use) : undefined;
  if (chosen !== undefined || file?.template !== undefined) {
    return chosen ?? file?.template;
  }
  if (file === undefined && isListed) {
    return undefined;
  }
  if (use?.kind !== 'file' || before?.version === use.version) {
    return before;
  }
  return (await load(use)) ?? before;
}

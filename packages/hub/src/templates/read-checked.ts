import { type LoadedFile, loadTemplates, type TemplatePart, type TemplateProblem } from '@juhub/job-template';
import { checkParsed, isUsable } from './check-source.js';

/** What a folder holds. */
export interface CheckedFolder {
  /** Every file by the name of its template; `template` is set where it can be used. */
  readonly files: ReadonlyMap<string, LoadedFile>;
  /** What templates can include. */
  readonly parts: ReadonlyMap<string, TemplatePart>;
  /** False: the folder itself cannot be read; what is in it is not known. */
  readonly isListed: boolean;
  /** Of all files, those that do not keep a template from being used included. */
  readonly problems: readonly TemplateProblem[];
}

/** What checkTemplate said of a version: nobody asks bash twice about the same text. */
export type KnownChecks = Map<string, readonly TemplateProblem[]>;

/**
 * Reads a template folder; a template whose script bash cannot read counts as broken too. Never rejects for what is in
 * the folder. Where there is no bash, scripts are taken as they are.
 *
 * @param known is brought up to date: it holds the versions of this folder and no others
 */
export async function readChecked(folder: string, known: KnownChecks): Promise<CheckedFolder> {
  const loaded = loadTemplates(folder);
  const files = new Map(loaded.files);
  const found = [...loaded.problems];
  const checks: KnownChecks = new Map();
  for (const [name, file] of loaded.files) {
    if (file.template !== undefined) {
      const key = `${file.file} ${file.template.version}`;
      const said = known.get(key) ?? (await checkParsed(file.template));
      checks.set(key, said);
      found.push(...said);
      files.set(name, { ...file, template: isUsable(said) ? file.template : undefined, problems: said });
    }
  }
  known.clear();
  for (const [key, said] of checks) {
    known.set(key, said);
  }
  return { files, parts: loaded.parts, isListed: loaded.isListed, problems: found };
}

import { checkTemplate, type JobTemplate, loadTemplates, type TemplateProblem } from '@juhub/job-template';

/** What a folder holds: the templates that can be used, and what became of the others. */
export interface CheckedTemplates {
  /** By name, in alphabetical order. */
  readonly templates: ReadonlyMap<string, JobTemplate>;
  /** The names of those whose file is there and cannot be used; undefined: the folder itself cannot be read. */
  readonly broken: ReadonlySet<string> | undefined;
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
export async function readChecked(folder: string, known: KnownChecks): Promise<CheckedTemplates> {
  const { templates, broken, isListed, problems } = loadTemplates(folder);
  const usable = new Map(templates);
  const unusable = new Set(broken);
  const found = [...problems];
  const checks: KnownChecks = new Map();
  for (const template of templates.values()) {
    const key = `${template.file} ${template.version}`;
    const said = known.get(key) ?? (await checkTemplate(template).catch(unlessNoBash));
    checks.set(key, said);
    found.push(...said);
    if (said.some(({ code }) => code === 'shell')) {
      usable.delete(template.name);
      unusable.add(template.name);
    }
  }
  known.clear();
  for (const [key, said] of checks) {
    known.set(key, said);
  }
  return { templates: usable, broken: isListed ? unusable : undefined, problems: found };
}

function unlessNoBash(error: NodeJS.ErrnoException): readonly TemplateProblem[] {
  if (error.code === 'ENOENT') {
    return [];
  }
  throw error;
}

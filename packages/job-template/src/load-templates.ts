import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { JobTemplate } from './job-template.js';
import { parseTemplate, TEMPLATE_SUFFIX, type TemplatePart } from './parse-template.js';
import { TemplateError, type TemplateProblem } from './template-error.js';

/** The templates of a folder, and what is wrong with those that are not among them. */
export interface LoadedTemplates {
  /** By name, in alphabetical order. */
  readonly templates: ReadonlyMap<string, JobTemplate>;
  readonly problems: readonly TemplateProblem[];
}

/**
 * Reads every `NAME.sbatch.hbs` of a folder; `parts/NAME.sh` are the parts that they include. A broken template is a
 * problem with its place, and the others are loaded all the same. Never throws for what is in the folder, nor when there
 * is no such folder: that is a problem too.
 */
export function loadTemplates(dir: string): LoadedTemplates {
  const problems: TemplateProblem[] = [];
  const keep = <T>(file: string, read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      problems.push(...describe(file, error));
      return undefined;
    }
  };
  const names = keep(dir, () => listFiles(dir, TEMPLATE_SUFFIX)) ?? [];
  const partials = keep(join(dir, 'parts'), () => readParts(join(dir, 'parts')));
  const templates = new Map<string, JobTemplate>();
  for (const name of names) {
    const file = join(dir, name);
    const template = keep(file, () => parseTemplate(readFileSync(file, 'utf8'), { file, partials }));
    if (template !== undefined) {
      templates.set(template.name, template);
    }
  }
  return { templates, problems };
}

function readParts(dir: string): ReadonlyMap<string, TemplatePart> {
  const files = listFiles(dir, '.sh').map((name) => join(dir, name));
  return new Map(files.map((file) => [basename(file, '.sh'), { text: readFileSync(file, 'utf8'), file }]));
}

/** Hidden files are left out: editors keep their half-written copies under such names. */
function listFiles(dir: string, suffix: string): string[] {
  return readdirSync(dir)
    .filter((name) => name.endsWith(suffix) && !name.startsWith('.'))
    .sort();
}

function describe(file: string, error: unknown): readonly TemplateProblem[] {
  if (error instanceof TemplateError) {
    return error.problems;
  }
  if (error instanceof Error && 'code' in error) {
    const isMissingParts = error.code === 'ENOENT' && basename(file) === 'parts';
    const message = `This cannot be read: ${error.message}.`;
    return isMissingParts ? [] : [{ code: 'unreadable', file, line: 1, column: 1, message }];
  }
  throw error;
}

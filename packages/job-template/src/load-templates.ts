import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { JobTemplate } from './job-template.js';
import { parseTemplate, TEMPLATE_SUFFIX } from './parse-template.js';
import { TemplateError, type TemplateProblem } from './template-error.js';
import type { TemplatePart } from './template-part.js';

/** The file of one template. */
export interface LoadedFile {
  readonly file: string;
  /** Undefined: it could not be read. */
  readonly source: string | undefined;
  /** Undefined: it cannot be used. */
  readonly template: JobTemplate | undefined;
  /** What is wrong with it. */
  readonly problems: readonly TemplateProblem[];
}

/** The templates of a folder, and what is wrong with those that are not among them. */
export interface LoadedTemplates {
  /** By name, in alphabetical order. */
  readonly templates: ReadonlyMap<string, JobTemplate>;
  /** Every file by the name of its template, broken ones too. */
  readonly files: ReadonlyMap<string, LoadedFile>;
  /** What templates can include. */
  readonly parts: ReadonlyMap<string, TemplatePart>;
  /** False: the folder itself cannot be read; what is in it is not known. */
  readonly isListed: boolean;
  readonly problems: readonly TemplateProblem[];
}

/**
 * Reads every `NAME.sbatch.hbs` of a folder; `parts/NAME.sh` are the parts that they include. A broken template is a
 * problem with its place, and the others are loaded all the same. Never throws for what is in the folder, nor when there
 * is no such folder: that is a problem too.
 */
export function loadTemplates(dir: string): LoadedTemplates {
  const { value: names, problems } = attempt(dir, () => listFiles(dir, TEMPLATE_SUFFIX));
  const loaded = loadFiles(dir, names ?? []);
  return { ...loaded, isListed: names !== undefined, problems: [...problems, ...loaded.problems] };
}

/** Reads one `NAME.sbatch.hbs` and the parts beside it, as loadTemplates reads all. */
export function loadTemplate(file: string): LoadedTemplates {
  return { ...loadFiles(dirname(file), [basename(file)]), isListed: true };
}

function loadFiles(dir: string, names: readonly string[]): Omit<LoadedTemplates, 'isListed'> {
  const read = attempt(join(dir, 'parts'), () => readParts(join(dir, 'parts')));
  const parts = read.value ?? new Map();
  const files = new Map(names.map((name) => [basename(name, TEMPLATE_SUFFIX), loadFile(join(dir, name), parts)]));
  const templates = new Map<string, JobTemplate>();
  for (const [name, { template }] of files) {
    if (template !== undefined) {
      templates.set(name, template);
    }
  }
  const problems = [...read.problems, ...[...files.values()].flatMap((one) => one.problems)];
  return { templates, files, parts, problems };
}

function loadFile(file: string, partials: ReadonlyMap<string, TemplatePart>): LoadedFile {
  const read = attempt(file, () => readFileSync(file, 'utf8'));
  const source = read.value;
  if (source === undefined) {
    return { file, source, template: undefined, problems: read.problems };
  }
  const { value: template, problems } = attempt(file, () => parseTemplate(source, { file, partials }));
  return { file, source, template, problems };
}

/** A value, or what to tell of the file that it could not be read from. */
function attempt<T>(file: string, read: () => T): { value?: T; problems: TemplateProblem[] } {
  try {
    return { value: read(), problems: [] };
  } catch (error) {
    return { problems: [...describe(file, error)] };
  }
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

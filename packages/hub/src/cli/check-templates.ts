import { statSync } from 'node:fs';
import {
  checkTemplate,
  type LoadedTemplates,
  lintTemplate,
  loadTemplate,
  loadTemplates,
  TEMPLATE_SUFFIX,
  type TemplateProblem,
} from '@juhub/job-template';
import { loadConfig } from '../config/load-config.js';

/** `juhub template check`: prints every problem with its place, and a summary; exit code 1 when there is one. */
export async function checkTemplates(paths: readonly string[], configFile: string): Promise<void> {
  const places = paths.length > 0 ? paths : [loadConfig(configFile).templates];
  const loaded = places.map(load);
  const problems = loaded.flatMap((one) => one.problems);
  let isLinted = true;
  for (const template of loaded.flatMap((one) => [...one.templates.values()])) {
    const found = await checkTemplate(template);
    // Of a script that bash cannot read, shellcheck says the same in more words.
    const lints = found.some(({ code }) => code === 'shell') ? [] : await lintTemplate(template);
    problems.push(...found, ...(lints ?? []));
    isLinted &&= lints !== undefined;
  }
  const lines = new Set(problems.map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`));
  const count = loaded.reduce((sum, { files }) => sum + files.size, 0);
  const unasked = isLinted ? '' : ' shellcheck is not installed here and was not asked.';
  print([...lines, `${say(count, 'template')} checked: ${say(lines.size, 'problem')}.${unasked}`]);
  process.exitCode = lines.size > 0 ? 1 : 0;
}

/** A folder without a template is a problem too: a check that looks at nothing would always be content. */
function load(path: string): LoadedTemplates {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? !path.endsWith(TEMPLATE_SUFFIX);
  if (!isFolder && !path.endsWith(TEMPLATE_SUFFIX)) {
    const name = `NAME${TEMPLATE_SUFFIX}`;
    throw new Error(`${path} is no template. Name a folder with templates, or a file that is called ${name}.`);
  }
  const loaded = isFolder ? loadTemplates(path) : loadTemplate(path);
  const isEmpty = loaded.templates.size === 0 && loaded.problems.length === 0;
  return isEmpty ? { ...loaded, problems: [sayEmpty(path)] } : loaded;
}

function sayEmpty(file: string): TemplateProblem {
  return { code: 'unreadable', file, line: 1, column: 1, message: `There is no template here (*${TEMPLATE_SUFFIX}).` };
}

function say(count: number, what: string): string {
  return `${count === 0 ? 'no' : count} ${what}${count === 1 ? '' : 's'}`;
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

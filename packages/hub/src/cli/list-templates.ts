import { loadTemplates } from '@juhub/job-template';
import { findTemplateFolder, type TemplateFolderOptions } from './template-folder.js';

/** `juhub template list`: broken ones are told on standard error, with exit code 1. */
export function listTemplates(options: TemplateFolderOptions): void {
  const { templates, problems } = loadTemplates(findTemplateFolder(options));
  const rows = [...templates.values()].map(({ name, version, title, sites, fields }) => [
    name,
    version,
    title.en,
    sites?.join(', ') ?? 'all',
    fields.map((field) => field.name).join(', '),
  ]);
  const lines = [['NAME', 'VERSION', 'TITLE', 'SITES', 'FIELDS'], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...lines.map((line) => (line[column] ?? '').length)) + 2);
  for (const line of lines) {
    const text = line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('');
    process.stdout.write(`${text.trimEnd()}\n`);
  }
  for (const { file, line, column, message } of problems) {
    process.stderr.write(`${file}:${line}:${column}: ${message}\n`);
    process.exitCode = 1;
  }
}

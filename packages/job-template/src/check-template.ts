import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { visitNodes } from './body-node.js';
import type { JobTemplate } from './job-template.js';
import type { RenderContext } from './render-context.js';
import { findOrigin, renderPieces, type ScriptPiece } from './render-script.js';
import { TemplateError, type TemplateProblem } from './template-error.js';
import type { TemplateField } from './template-field.js';

/**
 * Looks at a template that could be parsed for what only shows when it is used: fields that the script ignores, values
 * that it needs although they may be left empty, and what `bash -n` says of the script. Runs bash; runs no script.
 *
 * @throws the system's error when there is no bash
 */
export async function checkTemplate(template: JobTemplate): Promise<readonly TemplateProblem[]> {
  const problems = findUnusedFields(template);
  const said = new Set<string>();
  for (const context of makeSamples(template)) {
    for (const problem of await checkSample(template, context)) {
      const key = `${problem.file}:${problem.line}:${problem.message}`;
      if (!said.has(key)) {
        said.add(key);
        problems.push(problem);
      }
    }
  }
  return problems;
}

function findUnusedFields(template: JobTemplate): TemplateProblem[] {
  const used = new Set<string>();
  visitNodes(template.body, (node) => {
    if (node.kind === 'value' || node.kind === 'when') {
      used.add(node.path);
    }
  });
  return template.fields
    .filter((field) => !used.has(`choices.${field.name}`))
    .map((field) => ({
      code: 'unused-field' as const,
      file: template.file,
      line: 1 + template.source.split('\n').findIndex((line) => line.trim().startsWith(`${field.name}:`)),
      column: 1,
      message: `The form asks for ${field.name}, and the script never uses it.`,
    }));
}

async function checkSample(template: JobTemplate, context: RenderContext): Promise<readonly TemplateProblem[]> {
  let pieces: readonly ScriptPiece[];
  try {
    pieces = renderPieces(template, context);
  } catch (error) {
    if (error instanceof TemplateError) {
      return error.problems;
    }
    throw error;
  }
  const complaints = await askBash(pieces.map((piece) => piece.text).join(''));
  return complaints.map(({ line, message }) => {
    const place = findOrigin(pieces, line) ?? { file: template.file, line: 1, column: 1 };
    return { code: 'shell' as const, ...place, message };
  });
}

async function askBash(script: string): Promise<{ line: number; message: string }[]> {
  const bash = spawn('bash', ['-n'], { stdio: ['pipe', 'ignore', 'pipe'], env: { ...process.env, LC_ALL: 'C' } });
  const isStarted = new Promise<void>((resolve, reject) => bash.once('spawn', resolve).once('error', reject));
  await isStarted;
  // bash stops reading at the first error; what it says then is the answer, not the broken pipe.
  bash.stdin.on('error', () => undefined);
  bash.stdin.end(script);
  const words = await text(bash.stderr);
  return [...words.matchAll(/^bash: line (\d+): (.*)$/gm)].map(([, line, message]) => ({
    line: Number(line),
    message: message ?? '',
  }));
}

/** Everything chosen and as little as possible chosen, with Slurm and without. */
function makeSamples(template: JobTemplate): RenderContext[] {
  return [true, false].flatMap((scheduled) => [
    makeSample(scheduled, template.fields),
    makeSample(
      scheduled,
      template.fields.filter((field) => field.required && !(NEEDS_SLURM.has(field.type) && !scheduled)),
    ),
  ]);
}

/** A process on the login node has none of these. */
const NEEDS_SLURM = new Set(['account', 'qos', 'reservation']);

function makeSample(scheduled: boolean, fields: readonly TemplateField[]): RenderContext {
  const id = '0123456789abcdef';
  return {
    server: { id, name: 'default', basePath: '/user/alice/default/', dir: `.juhub/servers/${id}` },
    job: { name: `juhub-${id}`, scheduled },
    user: { name: 'alice' },
    site: { name: 'sample' },
    listen: scheduled ? { bind: '0.0.0.0' } : { bind: '127.0.0.1', host: '127.0.0.1' },
    choices: Object.fromEntries(fields.map((field) => [field.name, sampleValue(field)])),
  };
}

function sampleValue(field: TemplateField): string | number | boolean {
  switch (field.type) {
    case 'integer':
    case 'duration':
      return Number(field.default ?? field.min ?? 1);
    case 'boolean':
      return true;
    case 'choice':
      return field.default ?? field.choices?.[0]?.value ?? '';
    default:
      return field.default ?? `some-${field.type}`;
  }
}

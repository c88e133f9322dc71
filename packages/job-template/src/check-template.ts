import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { visitNodes } from './body-node.js';
import type { JobTemplate } from './job-template.js';
import type { RenderContext } from './render-context.js';
import { findOrigin, renderPieces, type ScriptPiece } from './render-script.js';
import { makeSamples } from './sample-contexts.js';
import { TemplateError, type TemplateProblem } from './template-error.js';
import { HUB_FIELDS } from './template-field.js';

/**
 * Looks at a template that could be parsed for what only shows when it is used: fields that the script ignores, values
 * that it needs although they may be left empty, and what `bash -n` says of the script. Runs bash; runs no script.
 *
 * @throws the system's error when there is no bash
 */
export async function checkTemplate(template: JobTemplate): Promise<readonly TemplateProblem[]> {
  const problems = findUnusedFields(template);
  const said = new Set<string>();
  for (const context of makeSamples(template.fields)) {
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
    .filter(({ name }) => !used.has(`choices.${name}`) && !HUB_FIELDS.includes(name))
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
  // What bash minds stands alone on the line behind its complaint.
  return [...words.matchAll(/^bash: line (\d+): (.*)$(?:\nbash: line \1: (`.*')$)?/gm)].map(
    ([, line, message = '', quoted]) => ({
      line: Number(line),
      message: quoted === undefined ? message : `${message}: ${quoted}`,
    }),
  );
}

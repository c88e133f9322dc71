import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { JobTemplate } from './job-template.js';
import type { RenderContext } from './render-context.js';
import { findOrigin, renderPieces, type ScriptPiece } from './render-script.js';
import { makeSamples } from './sample-contexts.js';
import { TemplateError, type TemplateProblem } from './template-error.js';

/**
 * A rendered script compares one constant with another, always goes the same way, and has code that is never reached:
 * that is what templates are for. And the files that it sources (SC1090, SC1091) are on the cluster.
 */
const NEVER_MEANT = ['SC1090', 'SC1091', 'SC2050', 'SC2078', 'SC2157', 'SC2194', 'SC2317'];

/** What shellcheck says in its format json1; see shellcheck(1). */
const answer = z.object({
  comments: z.array(z.object({ line: z.int(), code: z.int(), message: z.string() })),
});

/**
 * Asks shellcheck about the scripts that a template makes; errors and warnings are told at the place in the template or
 * in the part. A template says `# shellcheck disable=…` where it means what it says.
 *
 * @returns undefined where shellcheck is not installed
 */
export async function lintTemplate(template: JobTemplate): Promise<readonly TemplateProblem[] | undefined> {
  const found = new Map<string, TemplateProblem>();
  for (const context of makeSamples(template.fields)) {
    const pieces = renderSample(template, context);
    const comments = await askShellcheck(pieces.map((piece) => piece.text).join(''));
    if (comments === undefined) {
      return undefined;
    }
    for (const { line, code, message } of comments) {
      const place = findOrigin(pieces, line) ?? { file: template.file, line: 1, column: 1 };
      const problem = { code: 'shell' as const, ...place, message: `${message} (shellcheck SC${code})` };
      found.set(`${place.file}:${place.line}:${problem.message}`, problem);
    }
  }
  return [...found.values()];
}

/** A sample that cannot be rendered is checkTemplate's to tell. */
function renderSample(template: JobTemplate, context: RenderContext): readonly ScriptPiece[] {
  try {
    return renderPieces(template, context);
  } catch (error) {
    if (error instanceof TemplateError) {
      return [];
    }
    throw error;
  }
}

async function askShellcheck(script: string): Promise<z.output<typeof answer>['comments'] | undefined> {
  const options = ['--shell=bash', '--format=json1', '--severity=warning', `--exclude=${NEVER_MEANT.join(',')}`];
  const shellcheck = spawn('shellcheck', [...options, '-'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const isStarted = new Promise<boolean>((resolve, reject) => {
    shellcheck.once('spawn', () => resolve(true));
    shellcheck.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ENOENT' ? resolve(false) : reject(error),
    );
  });
  if (!(await isStarted)) {
    return undefined;
  }
  // When it ends early, what it printed says more than the broken pipe.
  shellcheck.stdin.on('error', () => undefined);
  shellcheck.stdin.end(script);
  return answer.parse(JSON.parse(await text(shellcheck.stdout))).comments;
}

import type { BodyNode, Place, ValueNode, WhenNode } from './body-node.js';
import { findUnsafeCharacter } from './find-unsafe-character.js';
import type { JobTemplate } from './job-template.js';
import { quoteShell } from './quote-shell.js';
import { type RenderContext, readValue } from './render-context.js';
import { TemplateError, type TemplateProblemCode } from './template-error.js';

/** A stretch of the rendered script and where it comes from. */
export interface ScriptPiece {
  readonly text: string;
  readonly place: Place;
}

/** sbatch takes these characters alike with and without quotes, in every option. */
const PLAIN_WORD = /^[A-Za-z0-9_.,:=/@%+-]+$/;

/**
 * Writes the job script. Every value in it is one shell word that says exactly what the context says.
 *
 * @throws TemplateError when the body needs a value that is not there, when a value has not its declared type or holds
 *   a control character, or when a text with other characters than A-Z a-z 0-9 _ . , : = / @ % + - is to stand in an
 *   `#SBATCH` line
 */
export function renderScript(template: JobTemplate, context: RenderContext): string {
  return renderPieces(template, context)
    .map((piece) => piece.text)
    .join('');
}

/** The script as renderScript writes it, in the pieces that it was made of. @throws TemplateError as renderScript */
export function renderPieces(template: JobTemplate, context: RenderContext): readonly ScriptPiece[] {
  return renderNodes(template.body, context);
}

/** Finds the place in the template or in a part where a line of the script comes from (1 is the first). */
export function findOrigin(pieces: readonly ScriptPiece[], line: number): Place | undefined {
  let before = 1;
  let last: Place | undefined;
  for (const { text, place } of pieces) {
    const lines = text.split('\n').length - 1;
    last = { ...place, line: place.line + Math.max(0, line - before) };
    if (before + lines > line) {
      return line === before ? last : { ...last, column: 1 };
    }
    before += lines;
  }
  return last;
}

function renderNodes(nodes: readonly BodyNode[], context: RenderContext): ScriptPiece[] {
  return nodes.flatMap((node) => renderNode(node, context));
}

function renderNode(node: BodyNode, context: RenderContext): ScriptPiece[] {
  switch (node.kind) {
    case 'text':
      return [{ text: node.text, place: node.place }];
    case 'part':
      return [{ text: node.text, place: { file: node.file, line: 1, column: 1 } }];
    case 'value':
      return [{ text: renderValue(node, context), place: node.place }];
    case 'when':
      return renderNodes(holds(node, context) ? node.then : node.otherwise, context);
  }
}

function holds(node: WhenNode, context: RenderContext): boolean {
  const value = readValue(context, node.path);
  const isTrue = node.equals === undefined ? Boolean(value) : value === node.equals;
  return isTrue !== node.isNegated;
}

function renderValue(node: ValueNode, context: RenderContext): string {
  const value = readValue(context, node.path);
  if (value === undefined) {
    throw refuse(node, 'missing-value', `${node.path} is needed here and was not given.`);
  }
  if (typeof value !== TYPE_NAMES[node.type] || (typeof value === 'number' && !Number.isSafeInteger(value))) {
    throw refuse(node, 'unsafe-value', `${node.path} is to be a ${node.type} and is not.`);
  }
  const unsafe = typeof value === 'string' ? findUnsafeCharacter(value) : undefined;
  if (unsafe !== undefined) {
    throw refuse(node, 'unsafe-value', `The value of ${node.path} holds ${unsafe}; that never goes into a script.`);
  }
  if (node.form === 'word') {
    return quoteShell(value);
  }
  if (!PLAIN_WORD.test(String(value))) {
    const allowed = 'letters, digits and _ . , : = / @ % + -';
    const message = `The value ${JSON.stringify(value)} of ${node.path} cannot stand in an #SBATCH line: only ${allowed} can.`;
    throw refuse(node, 'unsafe-value', message);
  }
  return String(value);
}

const TYPE_NAMES = { text: 'string', number: 'number', boolean: 'boolean' } as const;

function refuse(node: ValueNode, code: TemplateProblemCode, message: string): TemplateError {
  return new TemplateError({ code, ...node.place, message });
}

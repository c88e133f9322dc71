import Handlebars from 'handlebars';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { catalogue } from '../../src/messages/catalogue.js';
import { readSources, type Source } from './read-sources.js';

/** What is called the same in every language: the name of the hub, and units. */
const SAME_EVERYWHERE = new Set(['juhub', 'min', 'h', 'Slurm']);

describe('The text of the pages', () => {
  test('comes from the catalogue: a view has none of its own, neither between its tags nor in their attributes', () => {
    const found = readSources('.hbs').flatMap((view) => listTexts(view).map((text) => ({ file: view.file, text })));
    expect(found).toEqual([]);
  });

  test('comes from the catalogue where code in the browser writes it, too', () => {
    const scripts = readSources('.js');
    expect(scripts.flatMap(listWords)).toEqual([]);
    const asked = scripts.flatMap(({ text }) =>
      [...text.matchAll(/\bsay(?:Words)?\('([^']+)'/g)].map(([, key]) => key),
    );
    expect(asked.filter((key) => !Object.hasOwn(catalogue, key ?? ''))).toEqual([]);
    expect(asked.length).toBeGreaterThan(0);
  });

  test('is all in use: no message of the catalogue is asked for by nobody', () => {
    const texts = readSources('.ts', '.hbs', '.js').filter(({ file }) => !file.startsWith('messages/catalogue'));
    const all = texts.map(({ text }) => text).join('\n');
    const whole = new Set([...all.matchAll(/['"`]([a-zA-Z]+(?:\.[\w-]+)+)['"`]/g)].map(([, key]) => key));
    const made = [...all.matchAll(/`([a-zA-Z]+\.(?:[\w-]+\.)*)\$\{[^`]*?\}((?:\.[\w-]+)*)`/g)];
    const isMade = (key: string) =>
      made.some(([, start = '', end = '']) => key.startsWith(start) && key.endsWith(end) && key.length > start.length);
    expect(Object.keys(catalogue).filter((key) => !whole.has(key) && !isMade(key))).toEqual([]);
  });
});

/** What people would read of a view that has no values: texts, and the attributes that are read out or shown. */
function listTexts({ text }: Source): string[] {
  const html = withoutValues(Handlebars.parse(text));
  const attributes = [...html.matchAll(/\s(?:title|aria-label|placeholder|alt)="([^"]*)"/g)].map(
    ([, value = '']) => value,
  );
  const between = html.replaceAll(/<[^>]*>/g, '\n').split('\n');
  return [...between, ...attributes].map((one) => one.trim()).filter(isText);
}

/** Two branches of a condition stand beside each other here; nothing else of a view can. */
function withoutValues(program: hbs.AST.Program): string {
  return program.body
    .map((node) => {
      if (node.type === 'ContentStatement') {
        return (node as hbs.AST.ContentStatement).original;
      }
      const { program: then, inverse } = node as Partial<hbs.AST.BlockStatement>;
      return [then, inverse].map((one) => (one === undefined ? '' : withoutValues(one))).join(' ');
    })
    .join('');
}

function isText(text: string): boolean {
  return (text.match(/\p{L}{2,}/gu) ?? []).some((word) => !SAME_EVERYWHERE.has(word));
}

/** Literals of a script that hold words for people: two words beside each other, or what is put where people read. */
function listWords({ file, text }: Source): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) && !isSelector(node) && isSaid(node)) {
      found.push(`${file}: ${node.text}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
  return found;
}

const SHOWN = new Set(['textContent', 'innerText', 'title', 'ariaLabel', 'placeholder', 'alt', 'body']);

function isShown(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isBinaryExpression(parent)) {
    return ts.isPropertyAccessExpression(parent.left) && SHOWN.has(parent.left.name.text) && parent.right === node;
  }
  return ts.isPropertyAssignment(parent) && ts.isIdentifier(parent.name) && SHOWN.has(parent.name.text);
}

function isSaid(node: ts.StringLiteralLike): boolean {
  return /\p{L}{2,},? \p{L}{2,}/u.test(node.text) || (isShown(node) && isText(node.text));
}

function isSelector({ parent }: ts.Node): boolean {
  const called = ts.isCallExpression(parent) && ts.isPropertyAccessExpression(parent.expression);
  return called && /^(querySelector(All)?|closest|matches)$/.test(parent.expression.name.text);
}

import Handlebars from 'handlebars';
import { isText } from './is-text.js';
import type { Source } from './read-sources.js';

/** Attributes that are read out or shown. */
const SHOWN = 'title|alt|placeholder|label|summary|aria-label|aria-description|aria-roledescription|aria-valuetext';

/** What stands on a button without an end tag. */
const BUTTON = /<input(?=[^>]*type="(?:submit|button|reset)")[^>]*\svalue="([^"]*)"/g;

/** What people would read of a view that has no values: texts, attributes, and words that it hands to a helper or a part. */
export function listTexts({ text }: Source): string[] {
  const program = Handlebars.parse(text);
  const html = withoutValues(program);
  const attributes = [...html.matchAll(new RegExp(`\\s(?:${SHOWN})="([^"]*)"`, 'g')), ...html.matchAll(BUTTON)];
  const between = html.replaceAll(/<[^>]*>/g, '\n').split('\n');
  return [...between, ...attributes.map(([, value = '']) => value), ...listLiterals(program)]
    .map((one) => one.trim())
    .filter(isText);
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

/** Words in quotes: those with a space or a capital in them, because keys of messages, names and paths have neither. */
function listLiterals(program: hbs.AST.Program): string[] {
  const found: string[] = [];
  class Literals extends Handlebars.Visitor {
    override StringLiteral({ value }: hbs.AST.StringLiteral): void {
      if (/^\p{Lu}|\s/u.test(value)) {
        found.push(value);
      }
    }
  }
  new Literals().accept(program);
  return found;
}

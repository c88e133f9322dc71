import ts from 'typescript';
import { isText } from './is-text.js';
import type { Source } from './read-sources.js';

/** Properties that people read. */
const SHOWN = new Set(
  'textContent innerText title ariaLabel placeholder alt body label heading message text lines help description'.split(
    ' ',
  ),
);

type Words = ts.StringLiteralLike | ts.TemplateHead | ts.TemplateMiddle | ts.TemplateTail;

/** Words for people in a program: two beside each other, one beside a value, or any that is put where people read. */
export function listWords({ file, text }: Source): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (isLog(node) || isSelector(node) || ts.isImportDeclaration(node)) {
      return;
    }
    if (isWords(node) && isText(node.text) && isSaid(node)) {
      found.push(`${file}: ${node.text}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
  return found;
}

function isWords(node: ts.Node): node is Words {
  return (
    ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddle(node) || ts.isTemplateTail(node)
  );
}

function isSaid(node: Words): boolean {
  const { text } = node;
  const isBesideValue =
    (!ts.isStringLiteralLike(node) && !ts.isTemplateTail(node) && /\p{L}{2,} $/u.test(text)) ||
    ((ts.isTemplateMiddle(node) || ts.isTemplateTail(node)) && /^ \p{L}{2,}/u.test(text));
  return /\p{L}{2,},? \p{L}{2,}/u.test(text) || isBesideValue || isShown(node);
}

function isShown({ parent, ...node }: ts.Node): boolean {
  if (ts.isBinaryExpression(parent)) {
    return (
      ts.isPropertyAccessExpression(parent.left) && SHOWN.has(parent.left.name.text) && parent.right.pos === node.pos
    );
  }
  if (ts.isArrayLiteralExpression(parent)) {
    return isShown(parent);
  }
  return ts.isPropertyAssignment(parent) && ts.isIdentifier(parent.name) && SHOWN.has(parent.name.text);
}

/** What goes to the log is in English: `log.warn({ … }, 'words')`. */
function isLog(node: ts.Node): boolean {
  return calls(node, /\blog$/, /^(info|warn|error|debug)$/);
}

/** Names of elements and classes. */
function isSelector(node: ts.Node): boolean {
  return (
    calls(node, /./, /^(querySelector(All)?|closest|matches)$/) ||
    (ts.isBinaryExpression(node) && /\.className$/.test(node.left.getText()))
  );
}

function calls(node: ts.Node, object: RegExp, method: RegExp): boolean {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) {
    return false;
  }
  const { expression, name } = node.expression;
  return method.test(name.text) && object.test(expression.getText());
}

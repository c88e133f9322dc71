import Handlebars from 'handlebars';
import type { BodyNode, Place } from './body-node.js';
import type { ValueType } from './render-context.js';
import type { TemplateProblem, TemplateProblemCode } from './template-error.js';

/** What a body may name, and where it stands in its file. */
export interface BodySurroundings {
  readonly file: string;
  /** How many lines of the file come before the body. */
  readonly linesBefore: number;
  readonly values: ReadonlyMap<string, ValueType>;
  readonly parts: ReadonlyMap<string, { readonly text: string; readonly file: string }>;
}

/**
 * Reads a body with Handlebars' own parser and keeps the small language that templates have: values, `#if`, `#unless`,
 * `else`, `(eq value "text")`, `{{sbatch value}}`, comments and parts. Everything else is refused with its place.
 *
 * Handlebars never runs: it would compile the body to JavaScript, its escaping is HTML's, and its strict mode does not
 * cover `#if`. Here every name is looked up while the file is read, so a misspelt one never waits for a user to find it.
 */
export function readBody(
  body: string,
  surroundings: BodySurroundings,
): { nodes: readonly BodyNode[]; problems: readonly TemplateProblem[] } {
  const reader = new BodyReader(surroundings);
  let program: hbs.AST.Program;
  try {
    program = Handlebars.parse(body);
  } catch (error) {
    return { nodes: [], problems: [reader.describeParseError(error)] };
  }
  return { nodes: reader.readProgram(program), problems: reader.problems };
}

class BodyReader {
  readonly problems: TemplateProblem[] = [];

  constructor(private readonly surroundings: BodySurroundings) {}

  readProgram(program: hbs.AST.Program | undefined): BodyNode[] {
    return (program?.body ?? []).flatMap((statement) => this.#readStatement(statement));
  }

  /** Handlebars tells the line in its message alone; a column it has only for mismatched blocks. */
  describeParseError(error: unknown): TemplateProblem {
    const words = error instanceof Error ? error.message : String(error);
    const line = Number(/on line (\d+)/.exec(words)?.[1] ?? / - (\d+):\d+$/.exec(words)?.[1] ?? 1);
    const column = Number(/ - \d+:(\d+)$/.exec(words)?.[1] ?? 0) + 1;
    const what = words
      .replace(/^(Parse|Lexical) error on line \d+[:.]\s*/, '')
      .replace(/ - \d+:\d+$/, '')
      .replaceAll(/\s*\n\s*/g, ' ');
    return {
      code: 'syntax',
      file: this.surroundings.file,
      line: line + this.surroundings.linesBefore,
      column,
      message: `Handlebars cannot read this: ${what}`,
    };
  }

  #readStatement(statement: hbs.AST.Statement): BodyNode[] {
    switch (statement.type) {
      case 'ContentStatement':
        return this.#readText(statement as hbs.AST.ContentStatement);
      case 'CommentStatement':
        return [];
      case 'MustacheStatement':
        return this.#readValue(statement as hbs.AST.MustacheStatement);
      case 'BlockStatement':
        return this.#readWhen(statement as hbs.AST.BlockStatement);
      case 'PartialStatement':
        return this.#readPart(statement as hbs.AST.PartialStatement);
      default:
        return this.#refuse(statement, 'syntax', `Templates have no ${statement.type} of Handlebars.`);
    }
  }

  /** Handlebars takes the lines of blocks that stand alone out of the text around them; the place follows. */
  #readText(content: hbs.AST.ContentStatement): BodyNode[] {
    if (content.value === '') {
      return [];
    }
    const original = String(content.original);
    const cut = original.slice(0, Math.max(0, original.indexOf(content.value)));
    const start = this.#placeOf(content);
    const cutLines = cut.split('\n').length - 1;
    const column = cutLines === 0 ? start.column + cut.length : cut.length - cut.lastIndexOf('\n');
    return [{ kind: 'text', text: content.value, place: { ...start, line: start.line + cutLines, column } }];
  }

  #readValue(mustache: hbs.AST.MustacheStatement): BodyNode[] {
    if (!mustache.escaped) {
      return this.#refuse(
        mustache,
        'syntax',
        'A value without quoting ({{{ }}} or {{& }}) is never safe; write {{ }}.',
      );
    }
    const [argument, ...more] = mustache.params;
    const isSbatch = argument !== undefined && nameOf(mustache.path) === 'sbatch';
    if (more.length > 0 || hasHash(mustache) || (argument !== undefined && !isSbatch)) {
      return this.#refuse(mustache, 'syntax', 'A value is {{name}}, or {{sbatch name}} in an #SBATCH line.');
    }
    const value = this.#findValue(argument ?? mustache.path);
    const form = isSbatch ? 'sbatch' : 'word';
    return value === undefined ? [] : [{ kind: 'value', ...value, form, place: this.#placeOf(mustache) }];
  }

  #readWhen(block: hbs.AST.BlockStatement): BodyNode[] {
    const word = nameOf(block.path);
    const [test, ...more] = block.params;
    if ((word !== 'if' && word !== 'unless') || test === undefined || more.length > 0 || hasHash(block)) {
      return this.#refuse(block, 'syntax', 'A block is {{#if value}} or {{#unless value}}, and nothing else.');
    }
    const condition = this.#readCondition(test);
    const then = this.readProgram(block.program);
    const otherwise = this.readProgram(block.inverse);
    const place = this.#placeOf(block);
    return condition ? [{ kind: 'when', ...condition, isNegated: word === 'unless', then, otherwise, place }] : [];
  }

  #readCondition(
    test: hbs.AST.Expression,
  ): { path: string; equals: string | number | boolean | undefined } | undefined {
    if (test.type !== 'SubExpression') {
      const value = this.#findValue(test);
      return value && { path: value.path, equals: undefined };
    }
    const call = test as hbs.AST.SubExpression;
    const [left, right, ...more] = call.params;
    const literal = right?.type.match(/^(String|Number|Boolean)Literal$/)
      ? (right as hbs.AST.StringLiteral)
      : undefined;
    if (nameOf(call.path) !== 'eq' || left === undefined || literal === undefined || more.length > 0 || hasHash(call)) {
      this.#refuse(test, 'syntax', 'The only comparison is (eq value "text"), with a text, a number, true or false.');
      return undefined;
    }
    const value = this.#findValue(left);
    return value && { path: value.path, equals: literal.value };
  }

  #readPart(partial: hbs.AST.PartialStatement): BodyNode[] {
    const name = nameOf(partial.name);
    if (name === undefined || partial.params.length > 0 || hasHash(partial)) {
      return this.#refuse(partial, 'syntax', 'A part is included by its name alone: {{> name}}.');
    }
    const part = this.surroundings.parts.get(name);
    if (part === undefined) {
      return this.#refuse(partial, 'unknown-part', `There is no part called ${name}. There are: ${this.#partNames()}.`);
    }
    const text = part.text === '' || part.text.endsWith('\n') ? part.text : `${part.text}\n`;
    return [{ kind: 'part', name, text, file: part.file, place: this.#placeOf(partial) }];
  }

  #partNames(): string {
    return [...this.surroundings.parts.keys()].sort().join(', ') || 'none at all';
  }

  #findValue(expression: hbs.AST.Expression): { path: string; type: ValueType } | undefined {
    const path = nameOf(expression);
    const type = path === undefined ? undefined : this.surroundings.values.get(path);
    if (path === undefined || type === undefined) {
      const known = [...this.surroundings.values.keys()].join(', ');
      this.#refuse(expression, 'unknown-value', `There is no value called ${path ?? 'that'}. There are: ${known}.`);
      return undefined;
    }
    return { path, type };
  }

  #refuse(node: hbs.AST.Node, code: TemplateProblemCode, message: string): [] {
    this.problems.push({ code, ...this.#placeOf(node), message });
    return [];
  }

  #placeOf(node: hbs.AST.Node): Place {
    const { line, column } = node.loc.start;
    return { file: this.surroundings.file, line: line + this.surroundings.linesBefore, column: column + 1 };
  }
}

/** The dotted name of a plain path; undefined for `../x`, `@x`, `this.x`, `[x y]`, literals and calls. */
function nameOf(expression: hbs.AST.Expression): string | undefined {
  if (expression.type !== 'PathExpression') {
    return undefined;
  }
  const path = expression as hbs.AST.PathExpression;
  const isPlain = !path.data && path.depth === 0 && path.parts.join('.') === path.original;
  return isPlain ? path.original : undefined;
}

/** Whether a call has named arguments. Handlebars leaves the hash out, against its own types, where there are none. */
function hasHash(node: { readonly hash?: hbs.AST.Hash }): boolean {
  return (node.hash?.pairs.length ?? 0) > 0;
}

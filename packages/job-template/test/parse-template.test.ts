import { describe, expect, test } from 'vitest';
import { parseTemplate, TemplateError } from '../src/index.js';
import { LINES_BEFORE, makeTemplate } from './sample-template.js';

function problemsOf(source: string): readonly { line: number; column: number; message: string }[] {
  try {
    parseTemplate(source, { file: 'a.sbatch.hbs' });
    return [];
  } catch (error) {
    if (error instanceof TemplateError) {
      return error.problems;
    }
    throw error;
  }
}

describe('a good template', () => {
  test('gives its name, its words and its fields in the order of the form', () => {
    const template = makeTemplate('echo\n');
    expect(template).toMatchObject({ name: 'sample', title: { en: 'Sample' }, description: undefined });
    expect(template.fields.map((field) => field.name)).toEqual([
      'partition',
      'account',
      'nodes',
      'fast',
      'flavour',
      'remark',
    ]);
    expect(template.fields[4]?.choices).toEqual([
      { value: 'plain', label: { en: 'plain' } },
      { value: 'spicy', label: { en: 'spicy' } },
    ]);
    expect(template.fields[0]?.required).toBe(true);
  });

  test('may name the sites and the groups that it is for', () => {
    const source = '---\ntitle: A\nsites: [juwels]\ngroups: [deep]\n---\n';
    expect(parseTemplate(source, { file: 'a.sbatch.hbs' })).toMatchObject({ sites: ['juwels'], groups: ['deep'] });
  });

  test('has another version when it changes, or when a part that it includes changes', () => {
    const versions = [
      makeTemplate('{{> a}}\n', { a: 'one\n', b: 'x\n' }).version,
      makeTemplate('{{> a}}\n', { a: 'two\n', b: 'x\n' }).version,
      makeTemplate('{{> a}}\n\n', { a: 'one\n', b: 'x\n' }).version,
    ];
    expect(new Set(versions).size).toBe(3);
    expect(versions[0]).toMatch(/^[0-9a-f]{12}$/);
    expect(makeTemplate('{{> a}}\n', { a: 'one\n', b: 'changed\n' }).version).toBe(versions[0]);
  });
});

describe('a mistake in the front matter is told with its line and column', () => {
  test.each([
    ['no front matter', '#!/bin/bash\n', 1, 1, 'begins with a line ---'],
    ['front matter without an end', '---\ntitle: A\n', 1, 1, 'begins with a line ---'],
    ['YAML that is none', '---\ntitle: [A\nfields:\n---\n', 3, 1, ''],
    ['a key twice', '---\ntitle: A\ntitle: B\n---\n', 3, 1, 'unique'],
    ['no title', '---\ndescription: A\n---\n', 2, 1, 'title: this is missing'],
    ['an unknown setting', '---\ntitle: A\ncolour: red\n---\n', 3, 1, 'colour: there is no such setting'],
    ['an unknown type', '---\ntitle: A\nfields:\n  a: { type: colour, label: A }\n---\n', 4, 8, 'partition, account'],
    [
      'an unknown setting of a field',
      '---\ntitle: A\nfields:\n  a:\n    type: text\n    label: A\n    step: 2\n---\n',
      7,
      5,
      'step',
    ],
    [
      'a number that is none',
      '---\ntitle: A\nfields:\n  a:\n    type: integer\n    label: A\n    min: x\n---\n',
      7,
      5,
      'min',
    ],
    ['a field without a label', '---\ntitle: A\nfields:\n  a: { type: text }\n---\n', 4, 3, 'a.label: this is missing'],
    ['a bad name of a field', '---\ntitle: A\nfields:\n  A-b: { type: text, label: A }\n---\n', 4, 3, 'lower-case'],
    [
      'nodes that are a text',
      '---\ntitle: A\nfields:\n  nodes: { type: text, label: A }\n---\n',
      4,
      3,
      'has the type integer',
    ],
    [
      'a second partition',
      '---\ntitle: A\nfields:\n  p: { type: partition, label: A }\n---\n',
      4,
      3,
      'is called partition',
    ],
    [
      'min over max',
      '---\ntitle: A\nfields:\n  a: { type: integer, label: A, min: 3, max: 2 }\n---\n',
      4,
      3,
      'larger than max',
    ],
    [
      'a default out of range',
      '---\ntitle: A\nfields:\n  a: { type: integer, label: A, max: 2, default: 3 }\n---\n',
      4,
      3,
      'outside',
    ],
    [
      'a default that is no choice',
      '---\ntitle: A\nfields:\n  a: { type: choice, label: A, choices: [x], default: y }\n---\n',
      4,
      3,
      'none of',
    ],
    [
      'a pattern that is none',
      '---\ntitle: A\nfields:\n  a: { type: text, label: A, pattern: "(" }\n---\n',
      4,
      3,
      'no regular expression',
    ],
  ])('%s', (_, source, line, column, words) => {
    const [first] = problemsOf(source);
    expect(first).toMatchObject({ line, column });
    expect(first?.message).toContain(words);
  });

  test('and all mistakes are told at once', () => {
    expect(problemsOf('---\ncolour: red\nsize: 3\n---\n').map((problem) => problem.line)).toEqual([2, 2, 3]);
  });
});

describe('a mistake in the body is told with its line and column', () => {
  function problemOf(body: string): TemplateError | undefined {
    try {
      makeTemplate(body, { tool: 'true\n' });
      return undefined;
    } catch (error) {
      return error instanceof TemplateError ? error : undefined;
    }
  }

  test.each([
    ['an unknown value', 'echo {{choices.colour}}\n', 1, 8, 'no value called choices.colour'],
    ['an unknown value in a condition', '\n{{#if choices.colour}}a{{/if}}\n', 2, 7, 'no value called choices.colour'],
    ['an unknown value in a branch', '{{#if choices.fast}}\n{{else}}\n{{x}}\n{{/if}}\n', 3, 3, 'no value called x'],
    ['a path to a prototype', 'echo {{constructor.name}}\n', 1, 8, 'no value called constructor.name'],
    ['a path upwards', 'echo {{../user.name}}\n', 1, 8, 'no value called that'],
    ['a value without quoting', 'echo {{{user.name}}}\n', 1, 6, 'never safe'],
    ['the other way without quoting', 'echo {{& user.name}}\n', 1, 6, 'never safe'],
    ['a helper', 'echo {{upper user.name}}\n', 1, 6, 'A value is {{name}}'],
    ['a loop', '{{#each choices}}{{/each}}\n', 1, 1, 'A block is {{#if value}}'],
    ['an inverse block', '{{^choices.fast}}{{/choices.fast}}\n', 1, 1, 'A block is {{#if value}}'],
    ['a decorator', '{{* user.name}}\n', 1, 1, 'Decorator'],
    ['an inline part', '{{#*inline "a"}}{{/inline}}\n', 1, 1, 'DecoratorBlock'],
    ['a part with a block', '{{#> tool}}{{/tool}}\n', 1, 1, 'PartialBlock'],
    ['an unknown part', 'true\n{{> tools}}\n', 2, 1, 'no part called tools. There are: tool'],
    ['a part with arguments', '{{> tool a=1}}\n', 1, 1, 'by its name alone'],
    ['a part by a path', '{{> ../tool}}\n', 1, 1, 'by its name alone'],
    ['another comparison', '{{#if (gt choices.nodes 1)}}{{/if}}\n', 1, 7, 'only comparison'],
    ['a comparison of two values', '{{#if (eq choices.account user.name)}}{{/if}}\n', 1, 7, 'only comparison'],
    ['no Handlebars', 'true\necho {{user.name}\n', 2, 1, 'Handlebars cannot read this'],
    ['a block without an end', 'true\n{{#if choices.fast}}\ntrue\n', 4, 1, 'Handlebars cannot read this'],
    ['blocks that cross', 'true\n{{#if choices.fast}}\n{{/unless}}\n', 2, 4, "read this: if doesn't match unless"],
  ])('%s', (_, body, line, column, words) => {
    const problem = problemOf(body);
    expect(problem).toMatchObject({ line: line + LINES_BEFORE, column });
    expect(problem?.message).toContain(words);
    expect(problem?.message).toContain(`sample.sbatch.hbs:${line + LINES_BEFORE}:${column}: `);
    expect(problem?.message).not.toMatch(/\d$/);
  });

  test('lines that end as in DOS are refused, because no shell would take them', () => {
    expect(problemsOf('---\ntitle: A\r\n---\r\n')[0]).toMatchObject({ line: 2, column: 9 });
  });

  test('control characters in a part are told with the part’s own file', () => {
    const include = () => makeTemplate('{{> tool}}\n', { tool: 'true\ntrue\u0007\n' });
    expect(include).toThrow(expect.objectContaining({ file: 'parts/tool.sh', line: 2, column: 5 }));
  });
});

import { describe, expect, it } from 'vitest';
import { parseTemplate, TemplateError, type TemplateProblem } from '../src/index.js';

const HEAD = `---
title: Tool
fields:
  partition: { type: partition, label: Node type }
  gpus: { type: integer, label: GPUs, max: 4 }
  minutes: { type: duration, label: Run time, default: 60, max: 720 }
  fast: { type: boolean, label: Fast }
  flavour: { type: choice, label: Flavour, choices: [plain, spicy], default: plain }
  remark: { type: text, label: Remark, pattern: '[a-z]*', required: false }
presets:
`;

const parse = (presets: string) => parseTemplate(`${HEAD}${presets}---\n`, { file: 'tool.sbatch.hbs' });

function problemsOf(presets: string): readonly TemplateProblem[] {
  try {
    parse(presets);
    return [];
  } catch (error) {
    return error instanceof TemplateError ? error.problems : [];
  }
}

describe('presets', () => {
  it('are kept in their order, with their values as a form sends them', () => {
    const { presets } = parse(`  - title: One GPU for an hour
    values: { partition: gpus, gpus: 1, minutes: 60, fast: true }
  - title: Spicy
    values: { flavour: spicy, remark: hot }
`);
    expect(presets).toEqual([
      { title: { en: 'One GPU for an hour' }, values: { partition: 'gpus', gpus: '1', minutes: '60', fast: 'true' } },
      { title: { en: 'Spicy' }, values: { flavour: 'spicy', remark: 'hot' } },
    ]);
  });

  it('are none where the template names none', () => {
    expect(parseTemplate('---\ntitle: A\n---\n', { file: 'a.sbatch.hbs' }).presets).toEqual([]);
  });

  it.each([
    ['gpus: 5', 'GPUs: at most 4 are allowed; you asked for 5.'],
    ['gpus: 1.5', 'Invalid input'],
    ['minutes: none', '“none” is no whole number'],
    ['fast: maybe', 'neither true nor false'],
    ['flavour: sweet', '“sweet” is no Flavour. Choose from: plain, spicy.'],
    ['remark: HOT', 'has not the form'],
    ['remark: "a\\nb"', 'a line break'],
    ['colour: red', 'the form has no field colour; it has: partition, gpus'],
    ['Colour: red', 'a field’s name has lower-case letters'],
  ])('are refused with the value %s, at its place', (value, message) => {
    const problems = problemsOf(
      `  - title: Good\n    values: { gpus: 1 }\n  - title: Bad\n    values:\n      ${value}\n`,
    );
    expect(problems).toEqual([
      expect.objectContaining({ code: 'front-matter', line: 15, column: 7, message: expect.stringContaining(message) }),
    ]);
  });

  it('are refused when two have the same title', () => {
    const problems = problemsOf('  - { title: A, values: {} }\n  - { title: A, values: {} }\n');
    expect(problems).toEqual([
      expect.objectContaining({ line: 12, column: 7, message: 'presets.1.title: another preset has this title' }),
    ]);
  });
});

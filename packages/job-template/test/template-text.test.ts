import { describe, expect, it } from 'vitest';
import { parseTemplate, pickText, TemplateError, type TemplateProblem } from '../src/index.js';

const parse = (matter: string) => parseTemplate(`---\n${matter}---\n`, { file: 'tool.sbatch.hbs' });

function problemsOf(matter: string): readonly TemplateProblem[] {
  try {
    parse(matter);
    return [];
  } catch (error) {
    return error instanceof TemplateError ? error.problems : [];
  }
}

describe('what a template says to people', () => {
  it('can stand in English and German, at every place that people read', () => {
    const template = parse(`title: { en: Tool, de: Werkzeug }
description: { en: A tool., de: Ein Werkzeug. }
fields:
  size:
    type: choice
    label: { en: Size, de: Größe }
    help: { en: How large., de: Wie groß. }
    choices: [{ value: s, label: { en: Small, de: Klein } }]
presets:
  - { title: { en: Little, de: Wenig }, values: { size: s } }
`);
    const [field] = template.fields;
    const texts = [template.title, template.description, field?.label, field?.help, field?.choices?.[0]?.label];
    const all = [...texts, template.presets[0]?.title];
    const say = (language: 'en' | 'de') => all.map((text) => text && pickText(text, language));
    expect(say('de')).toEqual(['Werkzeug', 'Ein Werkzeug.', 'Größe', 'Wie groß.', 'Klein', 'Wenig']);
    expect(say('en')).toEqual(['Tool', 'A tool.', 'Size', 'How large.', 'Small', 'Little']);
  });

  it('is the same in both where there is one text, and English where there is no German', () => {
    const template = parse('title: Tool\ndescription: { en: A tool. }\n');
    expect(pickText(template.title, 'de')).toBe('Tool');
    expect(template.description && pickText(template.description, 'de')).toBe('A tool.');
  });

  it.each([
    ['without English', 'title: { de: Werkzeug }\n', 2, 1, 'title.en: this is missing'],
    ['of nothing', 'title: { en: "" }\n', 2, 10, 'title.en: '],
    ['in another language', 'title: { en: Tool, fr: Outil }\n', 2, 20, 'title.fr: there is no such setting here'],
    ['that is a number', 'title: 7\n', 2, 1, 'title: write a text, or { en: …, de: … }'],
    ['that is a list', 'title: [a]\n', 2, 1, 'title: write a text, or { en: …, de: … }'],
    [
      'of a choice',
      'title: A\nfields:\n  a: { type: choice, label: A, choices: [{ value: x, label: { en: X, fr: Y } }] }\n',
      4,
      70,
      'fields.a.choices.0.label.fr: there is no such setting here',
    ],
    [
      'that twice stands on a button',
      'title: A\npresets: [{ title: A, values: {} }, { title: { en: A, de: B }, values: {} }]\n',
      3,
      39,
      'another preset has this title',
    ],
  ])('is refused %s, at its place', (_, matter, line, column, words) => {
    const problems = problemsOf(matter);
    expect(problems).toEqual([expect.objectContaining({ line, column, message: expect.stringContaining(words) })]);
  });
});

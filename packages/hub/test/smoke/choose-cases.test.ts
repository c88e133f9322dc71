import { describe, expect, it } from 'vitest';
import { chooseCases, type Wanted } from '../../src/smoke/choose-cases.js';
import { field, nodeType, site, template } from './examples.js';

const MATRIX: Wanted = { isMatrix: true, set: {} };
const ONE: Wanted = { isMatrix: false, set: {} };

describe('what a smoke test starts', () => {
  it('is every template on every node type with --matrix, and a template without node types once', () => {
    const jureca = site([nodeType('batch'), nodeType('gpus', { gpusPerNode: 4 })]);
    const tool = template('tool', { fields: [field('minutes', 'duration', { max: 5 })] });
    const elsewhere = template('other', { sites: ['juwels'] });
    const cases = chooseCases(jureca, [template('lab'), tool, elsewhere], MATRIX);
    expect(cases.map(({ title }) => title)).toEqual(['lab on batch', 'lab on gpus', 'tool']);
    expect(cases.map(({ choices }) => choices)).toEqual([
      { partition: 'batch', minutes: '10', nodes: '1' },
      { partition: 'gpus', minutes: '10', nodes: '1', gpus: '1' },
      { minutes: '5' },
    ]);
  });

  it('asks for little, and for no less than the node type or the template gives', () => {
    const large = nodeType('large', { minNodes: 3, maxMinutes: 8.5 });
    const [only] = chooseCases(site([large]), [template('lab')], MATRIX);
    expect(only?.choices).toEqual({ partition: 'large', minutes: '8', nodes: '3' });
    const slow = template('lab', { fields: [field('minutes', 'duration', { min: 30 })] });
    expect(chooseCases(site([large]), [slow], MATRIX)[0]?.choices).toEqual({ minutes: '30' });
  });

  it('takes the first of choices where one has to be chosen and none is the default', () => {
    const choices = [
      { value: '3.12', label: 'Python 3.12' },
      { value: '3.11', label: 'Python 3.11' },
    ];
    const fields = [
      field('python', 'choice', { choices }),
      field('editor', 'choice', { choices, default: '3.11' }),
      field('extra', 'choice', { choices, required: false }),
    ];
    const [only] = chooseCases(site([]), [template('lab', { fields })], ONE);
    expect(only?.choices).toEqual({ python: '3.12' });
  });

  it('puts what the caller sets before all else, for the templates that have such a field', () => {
    const plain = template('plain', { fields: [field('partition', 'partition')] });
    const set = { minutes: '3', gpus: '4' };
    const cases = chooseCases(site([nodeType('batch')]), [template('lab'), plain], { isMatrix: true, set });
    expect(cases[0]?.choices).toEqual({ partition: 'batch', minutes: '3', nodes: '1', gpus: '4' });
    expect(cases[1]?.choices).toEqual({ partition: 'batch' });
  });

  it('leaves out, with the reason, what the matrix cannot start: a partition that is down or admits no project', () => {
    const nodeTypes = [
      nodeType('batch'),
      nodeType('down', { isUp: false }),
      nodeType('closed', { projects: [] }),
      nodeType('unknown', { projects: null }),
      nodeType('login', { kind: 'login', projects: [] }),
    ];
    const cases = chooseCases(site(nodeTypes), [template('lab')], MATRIX);
    expect(cases.map(({ nodeType: name, skipped }) => [name, skipped])).toEqual([
      ['batch', undefined],
      ['down', 'down is not up.'],
      ['closed', 'closed admits none of the user’s projects.'],
      ['unknown', undefined],
      ['login', undefined],
    ]);
  });

  it('tries what the caller names even where it is down: the hub says what is wrong', () => {
    const down = site([nodeType('batch'), nodeType('down', { isUp: false })]);
    const [only] = chooseCases(down, [template('lab')], { isMatrix: true, set: { partition: 'down' } });
    expect(only).toMatchObject({ title: 'lab on down', choices: { partition: 'down' } });
    expect(only?.skipped).toBeUndefined();
  });

  it('is, without --matrix, one server on the template’s, else the site’s default node type that is up', () => {
    const nodeTypes = [
      nodeType('a', { isUp: false }),
      nodeType('b'),
      nodeType('c', { isDefault: true }),
      nodeType('d'),
    ];
    const on = (preferred: string | null) => {
      const fields = [field('partition', 'partition', { default: preferred })];
      return chooseCases(site(nodeTypes), [template('lab', { fields })], ONE).map(({ title }) => title);
    };
    expect(on('d')).toEqual(['lab on d']);
    expect(on('a')).toEqual(['lab on c']);
    expect(on(null)).toEqual(['lab on c']);
    expect(chooseCases(site([nodeType('b')]), [template('lab')], ONE)[0]?.title).toBe('lab on b');
  });

  it('refuses what the site does not have, and says what it has', () => {
    const jureca = site([nodeType('batch'), nodeType('gpus')]);
    const both = [template('lab'), template('rstudio')];
    const refusal = (wanted: Wanted, templates = both) => {
      const choose = () => chooseCases(jureca, templates, wanted);
      return expect(choose);
    };
    refusal(ONE).toThrow('Name a template with --template, or take all of them with --matrix: lab, rstudio.');
    refusal({ ...ONE, template: 'vscode' }).toThrow('no template called vscode; it offers: lab, rstudio.');
    refusal(MATRIX, []).toThrow('The site jureca offers no template; it offers: nothing.');
    refusal({ isMatrix: true, set: { partition: 'booster' } }).toThrow(
      'The site jureca has no node type called booster; it has: batch, gpus.',
    );
    refusal({ isMatrix: true, set: { minuts: '5' } }).toThrow('There is no field called minuts to set');
  });
});

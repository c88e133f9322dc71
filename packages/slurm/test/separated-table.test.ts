import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeSeparator, parseSeparatedTable } from '../src/separated-table.js';
import { SlurmError } from '../src/slurm-error.js';
import { thrownBy } from './fixture.js';

const separator = '~0f~';
const shape = { tool: 'squeue', separator, columns: ['id', 'name'], firstHeading: 'ID' } as const;
const print = (rows: readonly (readonly string[])[]) =>
  [['ID', 'NAME'], ...rows].map((row) => `${row.map((cell) => cell + separator).join('')}\n`).join('');

describe('parseSeparatedTable', () => {
  it('gives back what was printed, whatever people put into their names', () => {
    const cell = fc.string({ unit: 'binary' }).filter((text) => !text.includes(separator));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.stringMatching(/^\d{1,6}$/), cell)), (rows) => {
        const read = parseSeparatedTable(print(rows), shape);
        expect(read).toEqual(rows.map(([id, name]) => ({ id, name })));
      }),
    );
  });

  it('never takes a part of an answer for a whole one', () => {
    const whole = print([
      ['1', 'one'],
      ['2', 'two\n3'],
    ]);
    for (let length = 0; length < whole.length; length++) {
      const read = () => parseSeparatedTable(whole.slice(0, length), shape);
      // A cut at the end of a line cannot be told from a shorter table: the connection must report that it broke.
      if (/~0f~\n$/.test(whole.slice(0, length))) continue;
      const error = thrownBy(read);
      expect(error).toBeInstanceOf(SlurmError);
      expect(error).toMatchObject({ code: 'unparsable', transient: true, stdout: whole.slice(0, length) });
    }
  });

  it('skips what a login shell says in front of the heading', () => {
    expect(parseSeparatedTable(`Welcome!\n${print([['1', 'one']])}`, shape)).toEqual([{ id: '1', name: 'one' }]);
  });

  it('does not read an answer to another question', () => {
    expect(() => parseSeparatedTable('NODELIST~0f~STATE~0f~\n', shape)).toThrow(/heading/);
    expect(() => parseSeparatedTable('', shape)).toThrow(/heading/);
  });
});

describe('makeSeparator', () => {
  it('makes a word that nobody can know beforehand', () => {
    const made = new Set(Array.from({ length: 100 }, makeSeparator));
    expect(made.size).toBe(100);
    for (const one of made) expect(one).toMatch(/^~[0-9a-f]{24}~$/);
  });
});

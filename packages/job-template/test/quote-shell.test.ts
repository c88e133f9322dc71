import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quoteShell } from '../src/index.js';
import { runBash } from './run-bash.js';

describe('quoteShell', () => {
  test('bash reads every text as one word that says exactly the same', () => {
    const words = fc.array(
      fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0') && text.isWellFormed()),
      {
        minLength: 1,
        maxLength: 20,
      },
    );
    fc.assert(
      fc.property(words, (texts) => {
        const printed = runBash(`printf '%s\\0' ${texts.map(quoteShell).join(' ')}`);
        expect(printed).toBe(texts.map((text) => `${text}\0`).join(''));
      }),
      { numRuns: 100 },
    );
  });

  test('a text that looks like a keyword, an assignment, a pattern or a home folder stays a text', () => {
    for (const text of ['if', 'PATH=/tmp', '*', '~', '~root', '-n', '!', '{a,b}', '#', '', "it's", '$(id)', '`id`']) {
      expect(runBash(`printf %s ${quoteShell(text)}`)).toBe(text);
    }
  });

  test('numbers and booleans come bare, so that they can be calculated with and run', () => {
    expect(runBash(`if ${quoteShell(true)}; then echo $((${quoteShell(21)} * 2)); fi`)).toBe('42\n');
  });
});

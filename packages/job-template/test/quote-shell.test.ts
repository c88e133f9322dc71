import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quoteShell } from '../src/index.js';
import { assertProperty } from './assert-property.js';
import { runBash, runScripts } from './run-bash.js';

describe('quoteShell', () => {
  test('bash reads every text as one word that says exactly the same', () => {
    const text = fc.string({ unit: 'binary' }).filter((one) => !one.includes('\0') && one.isWellFormed());
    const words = fc.array(text, { minLength: 1, maxLength: 20 });
    assertProperty(
      fc.property(fc.array(words, { minLength: 25, maxLength: 25 }), (lists) => {
        const runs = runScripts(lists.map((texts) => `printf '%s\\0' ${texts.map(quoteShell).join(' ')}`));
        expect(runs.map(({ stdout }) => stdout)).toEqual(lists.map((texts) => texts.map((one) => `${one}\0`).join('')));
      }),
      4,
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

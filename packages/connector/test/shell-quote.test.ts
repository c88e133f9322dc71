import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoteCommand, quoteWord } from '../src/shell-quote.js';

/** The arguments as a real shell hands them on, after the shell read `line`. */
function readBack(line: string): string[] {
  const output = execFileSync('sh', ['-c', line], { encoding: 'utf8' });
  return output.split('\0').slice(0, -1);
}

const printer = ['printf', '%s\\0'];

describe('quoting for a POSIX shell', () => {
  it.each([
    ['an empty argument', ''],
    ['a space', 'a b'],
    ['single quotes', "it's ''quoted''"],
    ['double quotes and backslashes', '"\\n\\"'],
    ['newlines and carriage returns', 'one\ntwo\r\nthree\n'],
    ['expansions', '$HOME $(id) `id` $' + '{x:-y} ~ * ? [a-z] {a,b} !1'],
    ['command separators', 'a; b & c | d && e > f < g #h'],
    ['a leading dash', '--help'],
    ['unicode', 'Jülich 🚀 \u202e ünïcödé'],
    ['control characters', '\u0001\u001b[31m\u007f\t'],
    ['an assignment', 'PATH=/tmp'],
  ])('hands on %s exactly as it is', (_what, value) => {
    expect(readBack(quoteCommand([...printer, value, 'next']))).toEqual([value, 'next']);
  });

  it('hands on any list of strings exactly as it is', () => {
    const word = fc
      .string({ unit: 'binary', maxLength: 40 })
      .filter((text) => !text.includes('\0') && Buffer.from(text).toString() === text);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 8 }), (words) => {
        expect(readBack(quoteCommand([...printer, ...words]))).toEqual(words);
      }),
      { numRuns: 60 },
    );
  });

  it('leaves plain words readable', () => {
    expect(quoteCommand(['squeue', '--format=%i', '-u', 'alice'])).toBe('exec squeue --format=%i -u alice');
  });

  it('refuses a NUL, which no argument can hold', () => {
    expect(() => quoteWord('a\0b')).toThrow(/NUL/);
    expect(() => quoteCommand(['echo', 'a\0b'])).toThrow(/NUL/);
  });

  it('refuses a line that no shell takes, and only such a one', () => {
    const words = (bytes: number) => ['true', 'x'.repeat(bytes - 'exec true '.length)];
    expect(execFileSync('sh', ['-c', quoteCommand(words(131_071))]).length).toBe(0);
    expect(() => execFileSync('sh', ['-c', `${quoteCommand(words(131_071))}x`])).toThrow(/E2BIG/);
    expect(() => quoteCommand(words(131_072))).toThrow(/longer than the 131071 bytes/);
  });

  it('refuses a command without a program, and a program that would be an option of exec', () => {
    expect(() => quoteCommand([])).toThrow(/names no program/);
    expect(() => quoteCommand([''])).toThrow(/names no program/);
    expect(() => quoteCommand(['-c', 'id'])).toThrow(/must not start with "-"/);
  });
});

import { describe, expect, it } from 'vitest';
import { cleanLog } from '../../src/spawn/clean-log.js';

const SECRET = 'beef'.repeat(16);

describe('The output of a job', () => {
  it('never shows the secret, whole or written with controls in between', () => {
    const text = `a ${SECRET} b ${SECRET.slice(0, 9)}\u001b[1m${SECRET.slice(9, 20)}\u0000${SECRET.slice(20)} c`;
    expect(cleanLog(text, SECRET, false)).toBe('a … b … c');
  });

  it.each(['\nnext line', ' and no line break'])('never shows the half of it that a cut leaves: %j', (rest) => {
    expect(cleanLog(SECRET.slice(1) + rest, SECRET, true)).not.toContain('beef');
  });

  it('keeps what people read: lines, tabs, letters of every language', () => {
    const text = 'a\tb\nZeile mit Umläuten äöü\n数\n';
    expect(cleanLog(text, SECRET, false)).toBe(text);
  });

  it('drives no terminal, and does not turn the direction of writing', () => {
    const text = '\u001b]0;title\u0007\u001b[2J\u001b[31mred\u001b[0m \u0007\u009b1mx\u202Egnp\u2066';
    expect(cleanLog(text, null, false)).toBe('red xgnp');
  });

  it('shows of a line that was written over what was left standing', () => {
    expect(cleanLog('  1%\r 50%\r100%\r\ndone\r\n', null, false)).toBe('100%\ndone\n');
  });

  it('drops of a cut text the first, half line', () => {
    expect(cleanLog('f line\nsecond\n', null, true)).toBe('second\n');
  });
});

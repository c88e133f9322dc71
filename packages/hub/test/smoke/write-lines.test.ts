import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeStepLine, writeSummary } from '../../src/smoke/write-lines.js';
import { failedCase, passedCase, report, skippedCase } from './report-examples.js';

const plain = (_outcome: string, text: string) => text;

describe('what people read of a smoke test', () => {
  it('is a line for each step, with its time and what was seen', () => {
    const line = writeStepLine('lab', { step: 'boot', outcome: 'passed', seconds: 2.004, detail: 'on cn1' }, 6, plain);
    expect(line).toBe('lab     ok       boot              2.00 s  on cn1');
    const failed = writeStepLine('lab', { step: 'queue', outcome: 'failed', seconds: 900 }, 6, plain);
    expect(failed).toBe('lab     FAILED   queue           900.00 s');
  });

  it('ends with a line for each server, the reason of each failure with the log, what is left, and the count', () => {
    const cases = [passedCase('lab on batch'), failedCase('lab on gpus', 'no such file'), skippedCase('lab on down')];
    expect(writeSummary(report(cases), plain)).toEqual([
      '',
      'ok       lab on batch     4.50 s  on cn1',
      'FAILED   lab on gpus      8.30 s  in boot',
      'skipped  lab on down      0.00 s  down is not up.',
      '',
      'FAILED in boot: lab on gpus (smoke-0a1b2c3d)',
      '  no such file',
      '  Chosen: partition=no such file',
      '  Its log:',
      '  | no such file',
      '',
      'LEFT BEHIND  smoke-0a1b2c3d could not be stopped: no such file',
      '',
      'FAILED  1 passed, 1 failed, 1 skipped, in 12.3 s.',
    ]);
  });

  it('shows of a long log its last forty lines', () => {
    const log = Array.from({ length: 100 }, (_, index) => `line ${index}`).join('\n');
    const failure = { step: 'boot', reason: 'It ended.', logTail: log } as const;
    const lines = writeSummary(report([{ ...failedCase('lab'), failure }]), plain);
    expect(lines).toContain('  The last 40 lines of its log:');
    expect(lines.filter((line) => line.startsWith('  | line'))).toHaveLength(40);
    expect(lines).toContain('  | line 99');
  });

  it('lets no words of somebody else command the terminal or the CI system', () => {
    const commands = fc.constantFrom(
      '::set-env::',
      '##[error]',
      '##vso[task]',
      '\u{1b}[2J',
      '\r',
      '\n',
      ' ',
      'a',
      '\u202e',
      '\b',
    );
    fc.assert(
      fc.property(fc.string({ unit: commands }), (words) => {
        const text = [
          ...writeSummary(report([failedCase(words, words)]), plain),
          writeStepLine(words, { step: 'boot', outcome: 'passed', seconds: 1, detail: words }, 3, plain),
        ].join('\n');
        // GitHub looks at the beginning of a line behind any space, and at ##[ anywhere.
        expect(text).not.toMatch(/^\s*::|##\[|##vso\[/m);
        expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      }),
    );
  });
});

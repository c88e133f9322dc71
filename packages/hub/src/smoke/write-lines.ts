import { printLine, printSafe } from './print-safe.js';
import type { CaseResult, Failure, Outcome, SmokeReport, StepResult } from './smoke-report.js';
import { STEPS } from './step-names.js';

/** Puts a word into colour, or leaves it as it is. */
export type Paint = (outcome: Outcome, text: string) => string;

const WORDS: Readonly<Record<Outcome, string>> = { passed: 'ok', failed: 'FAILED', skipped: 'skipped' };
const WORD_WIDTH = 'skipped'.length;
const STEP_WIDTH = Math.max(...STEPS.map(({ name }) => name.length));

/** A step that is over, in one line. Pure. @param width of the longest title */
export function writeStepLine(
  title: string,
  { step, outcome, seconds, detail }: StepResult,
  width: number,
  paint: Paint,
): string {
  const words = [
    printLine(title).padEnd(width),
    paint(outcome, WORDS[outcome].padEnd(WORD_WIDTH)),
    step.padEnd(STEP_WIDTH),
    saySeconds(seconds),
    detail === undefined ? '' : printLine(detail),
  ];
  return words.join('  ').trimEnd();
}

/** What came of a smoke test: a line for each server, what went wrong and what is left. Pure. */
export function writeSummary(report: SmokeReport, paint: Paint): string[] {
  const all = [report.before, ...report.cases];
  const failed = all.filter(({ outcome }) => outcome === 'failed');
  return [
    ...(report.cases.length > 1 ? ['', ...writeTable(report.cases, paint)] : []),
    ...failed.flatMap((result) => ['', ...writeFailure(result, paint)]),
    ...all.flatMap(({ left }) =>
      left === undefined ? [] : ['', `${paint('failed', 'LEFT BEHIND')}  ${printSafe(left)}`],
    ),
    '',
    countAll(report, paint),
  ];
}

function writeTable(cases: readonly CaseResult[], paint: Paint): string[] {
  const width = Math.max(...cases.map(({ title }) => title.length));
  return cases.map(({ title, outcome, seconds, failure, skipped, steps }) => {
    const seen = steps.find(({ step }) => step === 'boot')?.detail;
    const what = failure === undefined ? (skipped ?? seen ?? '') : `in ${failure.step}`;
    const word = paint(outcome, WORDS[outcome].padEnd(WORD_WIDTH));
    return `${word}  ${printLine(title).padEnd(width)}  ${saySeconds(seconds)}  ${printLine(what)}`.trimEnd();
  });
}

function writeFailure({ title, server, choices, failure }: CaseResult, paint: Paint): string[] {
  if (failure === undefined) {
    return [];
  }
  const name = server === undefined ? '' : ` (${server})`;
  const chosen = Object.entries(choices ?? {}).map(([field, value]) => `${field}=${value}`);
  return [
    `${paint('failed', `FAILED in ${failure.step}`)}: ${printLine(title)}${name}`,
    ...indent(failure.reason, '  '),
    ...(chosen.length === 0 ? [] : [`  Chosen: ${printLine(chosen.join(' '))}`]),
    ...writeLog(failure),
  ];
}

const LOG_LINES = 40;

function writeLog({ logTail }: Failure): string[] {
  if (logTail === undefined) {
    return [];
  }
  const lines = indent(logTail, '  | ');
  const shown = lines.slice(-LOG_LINES);
  const what = shown.length < lines.length ? `The last ${LOG_LINES} lines of its log:` : 'Its log:';
  return [`  ${what}`, ...shown];
}

/** No line of somebody else's begins a line of ours: CI systems take commands from there. */
function indent(text: string, margin: string): string[] {
  return printSafe(text)
    .split('\n')
    .map((line) => (margin + line).trimEnd());
}

function countAll({ before, cases, seconds, isInterrupted, outcome }: SmokeReport, paint: Paint): string {
  const count = (wanted: Outcome) => cases.filter((one) => one.outcome === wanted).length;
  const told =
    before.outcome === 'failed'
      ? 'Nothing was started'
      : `${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`;
  const words = `${told}, in ${seconds.toFixed(1)} s.${isInterrupted ? ' The test was interrupted.' : ''}`;
  return `${paint(outcome, outcome === 'passed' ? 'PASSED' : 'FAILED')}  ${words}`;
}

function saySeconds(seconds: number): string {
  return `${seconds.toFixed(2).padStart(7)} s`;
}

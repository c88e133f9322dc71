import { fillSteps } from '../../src/smoke/run-case.js';
import type { CaseResult, SmokeReport, StepResult } from '../../src/smoke/smoke-report.js';
import { CASE_STEPS, FIRST_STEPS } from '../../src/smoke/step-names.js';

const passed = (step: StepResult['step'], seconds: number, detail?: string): StepResult => ({
  step,
  outcome: 'passed',
  seconds,
  ...(detail === undefined ? {} : { detail }),
});

/** A server with which all went well. */
export function passedCase(title: string): CaseResult {
  const details: Record<string, string> = { boot: 'on cn1', 'run-code': '6 * 7 gave 42' };
  return {
    title,
    template: 'lab',
    nodeType: 'batch',
    choices: { partition: 'batch', minutes: '10' },
    server: 'smoke-0a1b2c3d',
    outcome: 'passed',
    seconds: 4.5,
    steps: CASE_STEPS.map(({ name }) => passed(name, 0.5, details[name])),
  };
}

/** A server that failed in boot, and could not be cleaned up either. */
export function failedCase(title: string, words = 'The program is not there.'): CaseResult {
  const steps: StepResult[] = [
    passed('start', 0.1, words),
    passed('submit', 0.2),
    passed('queue', 1),
    { step: 'boot', outcome: 'failed', seconds: 2, detail: 'on gpu1' },
    { step: 'stop', outcome: 'failed', seconds: 5 },
  ];
  return {
    ...passedCase(title),
    nodeType: words,
    choices: { partition: words },
    outcome: 'failed',
    seconds: 8.3,
    steps: fillSteps(CASE_STEPS, steps),
    failure: { step: 'boot', reason: words, logTail: words },
    left: `smoke-0a1b2c3d could not be stopped: ${words}`,
  };
}

/** A server that was not started. */
export function skippedCase(title: string): CaseResult {
  return { title, template: 'lab', outcome: 'skipped', seconds: 0, steps: [], skipped: 'down is not up.' };
}

/** A smoke test that came as far as the servers. */
export function report(cases: readonly CaseResult[]): SmokeReport {
  return {
    hub: 'https://juhub.example.org',
    version: '0.1.0',
    user: 'alice',
    site: 'jureca',
    startedAt: '2026-01-02T03:04:05.678Z',
    seconds: 12.25,
    outcome: cases.every(({ outcome }) => outcome !== 'failed') ? 'passed' : 'failed',
    isInterrupted: false,
    before: {
      title: 'hub and site',
      outcome: 'passed',
      seconds: 0.3,
      steps: FIRST_STEPS.map(({ name }) => passed(name, 0.075)),
    },
    cases,
  };
}

import { printSafe } from './print-safe.js';
import type { CaseResult, SmokeReport, StepResult } from './smoke-report.js';

/**
 * A report as JUnit XML, in the form that GitLab, GitHub's actions and Jenkins read: a suite for each server, in it a test
 * case for each step. Pure.
 */
export function writeJunit(report: SmokeReport): string {
  const suites = [report.before, ...report.cases].map((result) => writeSuite(result, report));
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="juhub smoke" time="${sayTime(report.seconds)}">`,
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
}

function writeSuite(result: CaseResult, report: SmokeReport): string {
  const steps = result.steps.length > 0 ? result.steps : [NOTHING];
  const count = (outcome: StepResult['outcome']) => steps.filter((step) => step.outcome === outcome).length;
  // A step that cleans up after a failure may fail as well: each counts.
  const counts = `tests="${steps.length}" failures="${count('failed')}" errors="0" skipped="${count('skipped')}"`;
  const properties = listProperties(result, report).map(
    ([name, value]) => `      <property name="${escapeXml(name)}" value="${escapeXml(value)}"/>`,
  );
  return [
    `  <testsuite name="${escapeXml(result.title)}" ${counts} time="${sayTime(result.seconds)}" timestamp="${report.startedAt.slice(0, 19)}">`,
    '    <properties>',
    ...properties,
    '    </properties>',
    ...steps.map((step) => writeStep(step, result, report)),
    ...(result.left === undefined ? [] : [`    <system-err>Left behind: ${escapeXml(result.left)}</system-err>`]),
    '  </testsuite>',
  ].join('\n');
}

/** What stands in the place of the steps where nothing was done. */
const NOTHING: StepResult = { step: 'start', outcome: 'skipped', seconds: 0 };

function writeStep({ step, outcome, seconds, detail }: StepResult, result: CaseResult, { site }: SmokeReport): string {
  const group = ['juhub', site, result.title].filter((word) => word !== undefined).join('.');
  const open = `    <testcase classname="${escapeXml(group)}" name="${step}" time="${sayTime(seconds)}"`;
  if (outcome === 'failed') {
    return `${open}>\n${writeFailure(step, result)}\n    </testcase>`;
  }
  if (outcome === 'skipped') {
    const why = detail ?? result.skipped ?? 'an earlier step failed';
    return `${open}>\n      <skipped message="${escapeXml(why)}"/>\n    </testcase>`;
  }
  return detail === undefined
    ? `${open}/>`
    : `${open}>\n      <system-out>${escapeXml(detail)}</system-out>\n    </testcase>`;
}

function writeFailure(step: string, { failure, left }: CaseResult): string {
  const reason = failure?.step === step ? failure.reason : (left ?? 'It failed.');
  const log =
    failure?.step === step && failure.logTail !== undefined ? `\n\nThe end of its log:\n${failure.logTail}` : '';
  return `      <failure message="${escapeXml(reason)}" type="smoke-failure">${escapeXml(reason + log)}</failure>`;
}

function listProperties({ server, choices }: CaseResult, { hub, version, user }: SmokeReport): [string, string][] {
  const known: [string, string | undefined][] = [
    ['hub', hub],
    ['juhub', version],
    ['user', user],
    ['server', server],
    ...Object.entries(choices ?? {}).map(([name, value]): [string, string] => [`choice ${name}`, value]),
  ];
  return known.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
}

function sayTime(seconds: number): string {
  return seconds.toFixed(3);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\n': '&#10;',
  '\t': '&#9;',
};

/** Whatever a text holds, it stays a text: XML 1.0 knows no control characters, not even escaped ones. */
function escapeXml(text: string): string {
  return printSafe(text)
    .replaceAll(/[\uFFFE\uFFFF]/g, '')
    .replaceAll(/[&<>"'\n\t]/g, (character) => ENTITIES[character] ?? '');
}

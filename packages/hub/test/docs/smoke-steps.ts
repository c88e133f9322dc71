import { STEPS } from '../../src/smoke/step-names.js';

/** The table of docs/how-to/smoke-test-a-site.md: the steps of a smoke test, as the code has them. */
export function writeSmokeSteps(): string {
  const rows = STEPS.map(({ name, passed, limitSeconds }) => `| \`${name}\` | ${passed} | ${limitSeconds} s |`);
  return ['| Step | When it has passed | Time limit |', '|---|---|---|', ...rows].join('\n');
}

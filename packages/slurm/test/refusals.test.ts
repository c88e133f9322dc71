import { describe, expect, it } from 'vitest';
import { explainRefusal } from '../src/refusals.js';
import { readFixture, releases } from './fixture.js';

describe.each(releases)('What sbatch of Slurm %s refuses', (release) => {
  it.each([
    ['test-only-refused', 'partition'],
    ['test-only-too-many-gpus', 'resources'],
    ['test-only-too-many-nodes', 'resources'],
    ['test-only-bad-account', 'account'],
    ['test-only-bad-qos', 'qos'],
    ['test-only-bad-feature', 'feature'],
    ['test-only-bad-reservation', 'reservation'],
    ['test-only-other-reservation', 'reservation-access'],
    ['test-only-needs-reservation', 'permission'],
    ['test-only-partition-drained', 'partition-closed'],
    ['test-only-submit-limit', 'submit-limit'],
    ['bad-account', 'account'],
    ['qos-limit', 'time'],
    ['bad-option', 'script'],
    ['no-script', 'script'],
  ])('is explained: %s', (name, code) => {
    const refusal = explainRefusal(readFixture(release, `sbatch-${name}`).stderr);
    expect(refusal.code).toBe(code);
    expect(refusal.words).not.toMatch(/\n|sbatch: error/);
  });
});

describe('A refusal', () => {
  it.each([
    ['Requested time limit is invalid (missing or exceeds some limit)', 'time'],
    ["Job's account not permitted to use this partition (gpus allows zam not hai)", 'account-partition'],
    ["User's group not permitted to use this partition", 'group-partition'],
    ["Job's QOS not permitted to use this partition (gpus allows a not b)", 'qos-partition'],
    ['Memory required by task is not available', 'memory'],
    ['Requested partition configuration not available now', 'partition-closed'],
  ])('of sites that enforce their partitions’ limits is explained: %s', (words, code) => {
    expect(explainRefusal(`allocation failure: ${words}\n`).code).toBe(code);
  });

  it('because a reservation begins later may pass', () => {
    expect(explainRefusal('allocation failure: Invalid time specified\n')).toMatchObject({
      code: 'begin',
      mayPass: true,
    });
  });

  it('that nobody knows keeps Slurm’s own words', () => {
    const refusal = explainRefusal('sbatch: error: The moon is in the wrong house\nallocation failure: Not today\n');
    expect(refusal).toMatchObject({ code: 'other', words: 'The moon is in the wrong house · Not today' });
  });
});

import { describe, expect, it } from 'vitest';
import { buildCancel, saysAlreadyGone } from '../src/scancel.js';
import { describeFailure } from '../src/slurm-error.js';
import { readFixture, releases, thrownBy } from './fixture.js';

describe('buildCancel', () => {
  it('hits only a job of the given name', () => {
    expect(buildCancel('12', { name: 'juhub-0f' }).words).toEqual(['--name=juhub-0f', '12']);
  });

  it('sends a signal to the batch script and its children too', () => {
    expect(buildCancel('12', { signal: 'TERM' }).words).toEqual(['--full', '--signal=TERM', '12']);
  });

  it.each([
    ['--user=bob', {}],
    ['1 2', {}],
    ['1', { name: 'a,b' }],
    ['1', { signal: 'TERM --user=bob' }],
  ])('lets no unchecked value into argv: %j %j', (jobId, options) => {
    expect(thrownBy(() => buildCancel(jobId, options))).toMatchObject({ code: 'bad-argument' });
  });
});

describe.each(releases)('scancel of Slurm %s', (release) => {
  it.each(['unknown', 'already-ended'])('says that there is nothing left to cancel: %s', (name) => {
    expect(saysAlreadyGone(readFixture(release, `scancel-${name}`).stderr)).toBe(true);
  });

  it('refuses to cancel the job of another', () => {
    const result = readFixture(release, 'scancel-of-another');
    expect(saysAlreadyGone(result.stderr)).toBe(false);
    const error = describeFailure('scancel', result, 'refused');
    expect(error).toMatchObject({ code: 'refused', transient: false });
    expect(error.message).toContain('Access/permission denied');
  });

  it('does not say that a job is gone when nobody answers', () => {
    const result = readFixture(release, 'scancel-controller-down');
    expect(saysAlreadyGone(result.stderr)).toBe(false);
    expect(describeFailure('scancel', result, 'refused')).toMatchObject({ code: 'unreachable', transient: true });
  });
});

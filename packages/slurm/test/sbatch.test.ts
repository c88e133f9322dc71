import { describe, expect, it } from 'vitest';
import { buildSubmit, buildTestSubmit, parseSubmit, parseTestSubmit } from '../src/sbatch.js';
import { describeFailure, SlurmError } from '../src/slurm-error.js';
import { readFixture, releases, thrownBy } from './fixture.js';

describe('buildSubmit', () => {
  it('keeps the script out of argv', () => {
    const call = buildSubmit({ script: '#!/bin/sh\necho hidden\n', jobName: 'juhub-00', args: ['--hold'] });
    expect(call.words).toEqual(['--parsable', '--job-name=juhub-00', '--hold']);
    expect(call.stdin).toContain('hidden');
  });

  it.each([['script.sh'], ['-p'], ['--comment=a\nb'], ['--wrap;id']])('refuses %j as an option', (option) => {
    expect(() => buildSubmit({ script: '', args: [option] })).toThrow(SlurmError);
    expect(() => buildTestSubmit({ script: '', args: [option] })).toThrow(SlurmError);
  });

  it.each(['a b', 'a,b', '-x', 'a\nb', '$(id)'])('refuses %j as a name', (jobName) => {
    expect(thrownBy(() => buildSubmit({ script: '', jobName }))).toMatchObject({
      code: 'bad-argument',
      transient: false,
    });
  });
});

describe('parseSubmit', () => {
  it('reads a job id, with the cluster where there is one', () => {
    expect(parseSubmit('17\n')).toEqual({ jobId: '17' });
    expect(parseSubmit('17;juwels\n')).toEqual({ jobId: '17', cluster: 'juwels' });
    expect(parseSubmit('Welcome to the cluster\n17\n')).toEqual({ jobId: '17' });
  });

  it.each(['', 'Submitted batch job 17\n', '17 18\n'])('does not guess a job id from %j', (text) => {
    expect(thrownBy(() => parseSubmit(text))).toMatchObject({ code: 'unparsable', transient: true, stdout: text });
  });
});

describe.each(releases)('sbatch of Slurm %s', (release) => {
  it('gives the id of the job that it took', () => {
    expect(parseSubmit(readFixture(release, 'sbatch-accepted').stdout).jobId).toMatch(/^\d+$/);
  });

  it.each([
    [
      'bad-partition',
      'invalid partition specified: nosuch\nBatch job submission failed: Invalid partition name specified',
    ],
    ['bad-account', 'Invalid account or account/partition combination specified'],
    ['too-many-gpus', 'Requested node configuration is not available'],
    ['qos-limit', 'QOSMaxWallDurationPerJobLimit'],
    ['bad-option', "unrecognized option '--frobnicate'"],
    ['no-script', 'Batch script is empty!'],
    ['no-interpreter', 'This does not look like a batch script.'],
    ['test-only-refused', 'Invalid partition name specified'],
    // What the script asked for, printed by sbatch, must not pass for trouble of the connection.
    ['hostile-partition', 'Socket timed out'],
  ])('refuses in its own words: %s', (name, words) => {
    const error = describeFailure('sbatch', readFixture(release, `sbatch-${name}`), 'refused');
    expect(error).toMatchObject({ code: 'refused', transient: false });
    expect(error.message).toContain(words);
    expect(error.message).not.toContain('sbatch: error');
  });

  it.each(['controller-down', 'munge-down'])('is not taken for a refusal when nobody answers: %s', (name) => {
    const error = describeFailure('sbatch', readFixture(release, `sbatch-${name}`), 'refused');
    expect(error).toMatchObject({ code: 'unreachable', transient: true });
  });

  it('estimates the start, the node and the partition', () => {
    const estimate = parseTestSubmit(readFixture(release, 'sbatch-test-only').stderr);
    expect(estimate).toMatchObject({
      nodes: 'gpu1',
      partition: 'gpus',
      message: expect.stringMatching(/^Job \d+ to start at/),
    });
    expect(estimate.expectedStart?.getUTCFullYear()).toBeGreaterThan(2020);
  });
});

describe('parseTestSubmit', () => {
  it('keeps a sentence that it does not know', () => {
    expect(parseTestSubmit('sbatch: all is well\n')).toEqual({ message: 'sbatch: all is well' });
  });
});

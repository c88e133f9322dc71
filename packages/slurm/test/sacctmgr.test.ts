import { describe, expect, it } from 'vitest';
import { buildAssociations, parseAssociations, parseQos } from '../src/sacctmgr.js';
import { describeFailure } from '../src/slurm-error.js';
import { parseVersion } from '../src/version.js';
import { pick, readFixture, releases, thrownBy } from './fixture.js';

describe('buildAssociations', () => {
  it('lets no unchecked user into argv', () => {
    expect(buildAssociations('alice').words).toContain('name=alice');
    expect(thrownBy(() => buildAssociations('alice format=x'))).toMatchObject({ code: 'bad-argument' });
  });
});

describe.each(releases)('sacctmgr of Slurm %s', (release) => {
  const stdout = (name: string) => readFixture(release, `sacctmgr-${name}`).stdout;

  it('shows what a user may do under each account', () => {
    const associations = parseAssociations(stdout('alice'));
    expect(associations).toHaveLength(2);
    expect(pick(associations, ({ account }) => account === 'materials')).toEqual({
      cluster: 'testcluster',
      account: 'materials',
      user: 'alice',
      isDefault: false,
      partition: undefined,
      qos: ['normal', 'short'],
      defaultQos: 'normal',
      maxJobs: 1,
      maxSubmitJobs: 5,
      maxWallMinutes: 120,
      maxTresPerJob: { node: 1 },
      groupTres: { cpu: 16, 'gres/gpu': 2 },
    });
    expect(pick(associations, ({ account }) => account === 'climate')).toMatchObject({
      maxJobs: undefined,
      groupTres: {},
    });
  });

  it('shows the default account first, wherever it stands in the answer', () => {
    expect(parseAssociations(stdout('bob')).map(({ account, isDefault }) => [account, isDefault])[0]).toEqual([
      'climate',
      true,
    ]);
    expect(parseAssociations(stdout('bob')).filter(({ isDefault }) => isDefault)).toHaveLength(1);
  });

  it('shows an association that holds in one partition alone', () => {
    expect(pick(parseAssociations(stdout('bob')), ({ account }) => account === 'materials').partition).toBe('gpus');
  });

  it('has an empty answer for a user whom it does not know', () => {
    expect(parseAssociations(stdout('unknown-user'))).toEqual([]);
  });

  it('shows the qualities of service', () => {
    const qos = parseQos(stdout('qos'));
    expect(pick(qos, ({ name }) => name === 'short')).toEqual({
      name: 'short',
      priority: 100,
      maxWallMinutes: 30,
      maxTresPerUser: { 'gres/gpu': 2, mem: 65536 },
      maxTresPerJob: { node: 1 },
      maxJobsPerUser: 3,
      maxSubmitJobsPerUser: undefined,
      flags: ['DenyOnLimit'],
    });
    expect(pick(qos, ({ name }) => name === 'normal')).toMatchObject({ maxWallMinutes: undefined, flags: [] });
  });

  it.each(['database-down', 'munge-down'])('cannot be asked: %s', (name) => {
    const error = describeFailure('sacctmgr', readFixture(release, `sacctmgr-${name}`), 'failed');
    expect(error).toMatchObject({ code: 'unreachable', transient: true });
  });

  it('is unparsable, never empty, when the answer is cut off or is none', () => {
    for (const text of ['', 'Welcome\n', stdout('alice').slice(0, -3), `${stdout('alice')}a|b\n`]) {
      expect(thrownBy(() => parseAssociations(text))).toMatchObject({ code: 'unparsable', stdout: text });
    }
  });
});

describe('parseVersion', () => {
  it('reads SchedMD’s and Debian’s way of saying it', () => {
    expect(parseVersion('slurm 24.11.5\n')).toEqual({ text: '24.11.5', major: 24, minor: 11 });
    expect(parseVersion('slurm-wlm 22.05.8\n')).toEqual({ text: '22.05.8', major: 22, minor: 5 });
    expect(() => parseVersion('command not found')).toThrow(/cannot be read/);
  });
});

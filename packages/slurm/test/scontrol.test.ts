import { describe, expect, it } from 'vitest';
import { buildShowJob, parseClusterName, parsePartitions, parseReservations, parseShowJob } from '../src/scontrol.js';
import { describeFailure } from '../src/slurm-error.js';
import { saysUnknownJob } from '../src/squeue.js';
import { pick, readFixture, releases, thrownBy } from './fixture.js';

describe('buildShowJob', () => {
  it('lets no unchecked id into argv', () => {
    expect(thrownBy(() => buildShowJob('1;id'))).toMatchObject({ code: 'bad-argument' });
  });
});

describe.each(releases)('scontrol of Slurm %s', (release) => {
  const stdout = (name: string) => readFixture(release, `scontrol-${name}`).stdout;

  it('shows a running job', () => {
    const job = parseShowJob(stdout('running'));
    expect(job).toMatchObject({
      name: 'juhub-00000000000000a1',
      user: 'alice',
      uid: 2001,
      account: 'climate',
      partition: 'batch',
      qos: 'normal',
      state: 'RUNNING',
      phase: 'running',
      reason: 'None',
      nodes: ['cn1'],
      batchHost: 'cn1',
      timeLimitMinutes: 20,
      restarts: 0,
      requeue: true,
      workFolder: '/home/alice',
      standardOutput: '/dev/null',
    });
    expect(Number(job.endAt) - Number(job.startAt)).toBe(20 * 60_000);
  });

  it('shows a waiting, an ending and a failed job', () => {
    expect(parseShowJob(stdout('waiting'))).toMatchObject({
      phase: 'pending',
      reason: 'Resources',
      nodes: [],
      batchHost: undefined,
    });
    expect(parseShowJob(stdout('completing'))).toMatchObject({ phase: 'stopping', name: 'stubborn' });
    expect(parseShowJob(stdout('failed'))).toMatchObject({ state: 'FAILED', exitCode: { status: 3, signal: 0 } });
  });

  it('does not believe a job whose name pretends to be more fields', () => {
    const error = thrownBy(() => parseShowJob(stdout('hostile')));
    expect(error).toMatchObject({
      code: 'unparsable',
      transient: true,
      stdout: expect.stringContaining('BatchHost=evil'),
    });
  });

  it('says that there is no such job', () => {
    const { exitCode, stderr } = readFixture(release, 'scontrol-unknown');
    expect([exitCode, saysUnknownJob(stderr)]).toEqual([1, true]);
  });

  it('shows partitions with their limits', () => {
    const partitions = parsePartitions(stdout('partitions'));
    expect(partitions.filter(({ isHidden }) => isHidden).map(({ name }) => name)).toEqual(['secret']);
    expect(pick(partitions, ({ name }) => name === 'batch')).toMatchObject({
      state: 'UP',
      isDefault: true,
      maxTimeMinutes: 1440,
      defaultTimeMinutes: 30,
      minNodes: 0,
      maxNodes: 2,
      allowAccounts: undefined,
      denyAccounts: [],
      allowGroups: undefined,
      allowQos: undefined,
      nodes: ['cn1', 'cn2'],
      totalNodes: 2,
      totalCpus: 16,
      isExclusive: false,
      tres: { cpu: 16, mem: 32000, node: 2 },
    });
    expect(pick(partitions, ({ name }) => name === 'gpus').tres['gres/gpu']).toBe(4);
  });

  it('shows who may use a partition', () => {
    const partitions = parsePartitions(stdout('partitions'));
    expect(pick(partitions, ({ name }) => name === 'members')).toMatchObject({
      allowAccounts: ['climate'],
      allowQos: ['short'],
      allowGroups: ['alice', 'bob'],
      maxTimeMinutes: undefined,
      maxNodes: undefined,
      isDefault: false,
    });
    expect(pick(partitions, ({ name }) => name === 'others')).toMatchObject({
      denyAccounts: ['brain', 'materials'],
      denyQos: ['short'],
      maxTimeMinutes: 2160,
      isExclusive: true,
    });
    expect(pick(partitions, ({ name }) => name === 'closed').state).toBe('DOWN');
  });

  it('shows reservations, and knows when there are none', () => {
    const reservations = parseReservations(stdout('reservations'));
    const upkeep = pick(reservations, ({ name }) => name === 'upkeep');
    expect(upkeep).toMatchObject({ isActive: false, nodes: ['cn1', 'cn2', 'gpu1'], nodeCount: 3, users: ['root'] });
    expect(upkeep.flags).toContain('MAINT');
    expect(Number(upkeep.endAt) - Number(upkeep.startAt)).toBe(24 * 3_600_000);
    expect(pick(reservations, ({ name }) => name === 'course')).toMatchObject({
      isActive: true,
      users: ['alice', 'bob'],
    });
    expect(pick(reservations, ({ name }) => name === 'gpuday')).toMatchObject({
      accounts: ['climate'],
      users: undefined,
    });
    expect(parseReservations(stdout('no-reservations'))).toEqual([]);
  });

  it('shows a maintenance that has just begun, and what accounting calls the cluster', () => {
    const [upkeep] = parseReservations(stdout('reservation-just-begun'));
    expect(upkeep).toMatchObject({ isActive: true, nodes: ['cn1', 'cn2'], flags: expect.arrayContaining(['MAINT']) });
    expect(parseClusterName(stdout('config'))).toBe('testcluster');
    expect(thrownBy(() => parseClusterName('slurm is away\n'))).toMatchObject({ code: 'unparsable' });
  });

  it.each(['controller-down', 'partitions-controller-down'])('cannot be asked: %s', (name) => {
    const result = readFixture(release, `scontrol-${name}`);
    expect(saysUnknownJob(result.stderr)).toBe(false);
    expect(describeFailure('scontrol', result, 'failed')).toMatchObject({ code: 'unreachable', transient: true });
  });

  it('is unparsable, never empty, when the answer is cut off or is none', () => {
    const whole = stdout('partitions');
    for (const text of ['', 'Welcome\n', whole.slice(0, whole.length - 20), whole.replace(/ MaxTime=\S+/, '')]) {
      expect(thrownBy(() => parsePartitions(text))).toMatchObject({ code: 'unparsable', stdout: text });
    }
    expect(thrownBy(() => parseReservations(''))).toMatchObject({ code: 'unparsable' });
    expect(thrownBy(() => parseShowJob(''))).toMatchObject({ code: 'unparsable' });
  });
});

describe('parseShowJob', () => {
  const real = readFixture('24.11', 'scontrol-waiting').stdout;

  it.each([
    ['a name', real.replace('JobName=resources', 'JobName=x BatchHost=evil')],
    ['a name', real.replace('JobName=resources', 'JobName=x UserId=root(0)')],
    ['a folder', real.replace('WorkDir=/home/alice', 'WorkDir=/home/alice/a BatchHost=evil')],
    ['a comment', real.replace('StdErr=', 'Comment=a JobState=COMPLETED StdErr=')],
    ['a line break', `${real}JobId=9 JobName=y JobState=COMPLETED\n`],
  ])('does not believe fields that come out of %s', (_, text) => {
    expect(thrownBy(() => parseShowJob(text))).toMatchObject({ code: 'unparsable' });
  });
});

import { describe, expect, it } from 'vitest';
import { describeFailure } from '../src/slurm-error.js';
import { buildQueue, parseQueue, saysUnknownJob } from '../src/squeue.js';
import { fixtureSeparator, pick, readFixture, releases, thrownBy } from './fixture.js';

const many = (length: number) => Array.from({ length }, (_, index) => `juhub-${String(index).padStart(16, '0')}`);

describe('buildQueue', () => {
  it('asks once for many names', () => {
    const { words } = buildQueue({ user: 'alice', jobNames: ['a', 'b'], allStates: true }, '~x~');
    expect(words).toEqual(expect.arrayContaining(['--all', '--user=alice', '--name=a,b', '--states=all']));
    expect(words.find((word) => word.startsWith('--Format='))).toMatch(/^--Format=JobID:0~x~,Name:0~x~,/);
  });

  it('asks for all jobs when the list of names would make the command line too long', () => {
    const long = (query: object) => buildQueue(query, '~x~').words.join(' ').length;
    expect(long({ jobNames: many(200) })).toBeGreaterThan(4000);
    expect(long({ jobNames: many(5000) })).toBeLessThan(1000);
    expect(long({ jobIds: many(5000).map((_, index) => String(index)) })).toBeLessThan(1000);
  });

  it.each([
    { user: 'alice,bob' },
    { user: '$(id)' },
    { jobNames: ['a,b'] },
    { jobNames: ['--help'] },
    { jobIds: ['1 2'] },
    { jobIds: ['1;id'] },
    { jobIds: ['-1'] },
    { jobIds: ['12_3'] },
  ])('lets no unchecked value into argv: %j', (query) => {
    expect(thrownBy(() => buildQueue(query, '~x~'))).toMatchObject({ code: 'bad-argument' });
  });
});

describe.each(releases)('squeue of Slurm %s', (release) => {
  const read = (name: string, query = {}) =>
    parseQueue(readFixture(release, `squeue-${name}`).stdout, query, fixtureSeparator);

  it('shows a running job', () => {
    const job = pick(read('many-reasons'), ({ name }) => name === 'juhub-00000000000000a1');
    expect(job).toMatchObject({
      user: 'alice',
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
      comment: 'hello|there',
    });
    expect(Number(job.endAt) - Number(job.startAt)).toBe(20 * 60_000);
    expect(Number(job.startAt) - Number(job.submittedAt)).toBeLessThan(60_000);
  });

  it.each([
    ['resources', 'Resources', 'pending'],
    ['priority', 'Priority', 'pending'],
    ['held', 'JobHeldUser', 'held'],
    ['held-by-admin', 'JobHeldAdmin', 'held'],
    ['begin', 'BeginTime', 'pending'],
    ['dependency', 'Dependency', 'pending'],
    ['time-limit', 'PartitionTimeLimit', 'pending'],
    ['node-limit', 'PartitionNodeLimit', 'pending'],
    ['closed', 'PartitionDown', 'pending'],
    ['materials-2', 'AssocMaxJobsLimit', 'pending'],
  ])('says why the job %s waits: %s', (name, reason, phase) => {
    const job = pick(read('many-reasons'), (one) => one.name === name);
    expect(job).toMatchObject({ state: 'PENDING', reason, phase, nodes: [], batchHost: undefined });
  });

  it('knows when a job is expected to start, and when nobody knows', () => {
    const jobs = read('many-reasons');
    const waiting = pick(jobs, ({ name }) => name === 'resources');
    const running = pick(jobs, ({ name }) => name === 'second');
    expect(Number(waiting.startAt)).toBeGreaterThanOrEqual(Number(running.endAt));
    expect(pick(jobs, ({ name }) => name === 'held').startAt).toBeUndefined();
    expect(pick(jobs, ({ name }) => name === 'held').endAt).toBeUndefined();
  });

  it('shows a suspended job as paused, and one in a hidden partition at all', () => {
    const jobs = read('many-reasons');
    expect(pick(jobs, ({ name }) => name === 'suspended').phase).toBe('paused');
    expect(pick(jobs, ({ name }) => name === 'hidden').partition).toBe('secret');
  });

  it('is not misled by a name with line breaks that looks like other jobs', () => {
    const jobs = read('many-reasons');
    const hostile = pick(jobs, ({ name }) => name.startsWith('x\n1~2~3\n9 UserId=root(0)'));
    expect(hostile).toMatchObject({ user: 'alice', state: 'RUNNING', comment: 'a=b' });
    expect(jobs.filter(({ jobId }) => jobId === '9')).toHaveLength(1);
  });

  it('counts restarts and names the node that a job waits for', () => {
    const jobs = read('node-down');
    expect(pick(jobs, ({ name }) => name === 'second').restarts).toBe(1);
    expect(pick(jobs, ({ name }) => name === 'needs-cn2').reason).toBe('ReqNodeNotAvail, UnavailableNodes:cn2');
  });

  it.each([
    ['failed', 'FAILED', 'ended'],
    ['killed', 'FAILED', 'ended'],
    ['cancelled', 'CANCELLED', 'ended'],
    ['node-fail', 'NODE_FAIL', 'ended'],
    ['stubborn', 'COMPLETING', 'stopping'],
    ['requeued', 'PENDING', 'pending'],
  ])('shows how the job %s ended while the controller remembers it: %s', (name, state, phase) => {
    expect(pick(read('ended'), (one) => one.name === name)).toMatchObject({ state, phase });
  });

  it('leaves out jobs that were not asked for, when the answer holds more', () => {
    expect(
      read('many-reasons', { jobNames: ['held', 'begin'] })
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(['begin', 'held']);
    expect(read('many-reasons', { jobNames: ['held'], user: 'bob' })).toEqual([]);
    expect(read('by-name', { jobIds: ['4000'] })).toEqual([]);
  });

  it('answers a list of names with those that are there', () => {
    const names = read('by-name')
      .map(({ name }) => name)
      .toSorted();
    expect(names).toEqual(['juhub-00000000000000a1', 'juhub-00000000000000a2']);
  });

  it('has an empty answer for an empty queue and for several ids that are not there', () => {
    expect(read('empty')).toEqual([]);
    expect(read('two-unknown-ids')).toEqual([]);
  });

  it('says with an error that the only id is not there, which is an answer too', () => {
    const { exitCode, stderr } = readFixture(release, 'squeue-one-unknown-id');
    expect(exitCode).toBe(1);
    expect(saysUnknownJob(stderr)).toBe(true);
  });

  it.each(['controller-down', 'munge-down'])('is not taken for an answer when it could not ask: %s', (name) => {
    const result = readFixture(release, `squeue-${name}`);
    expect(saysUnknownJob(result.stderr)).toBe(false);
    expect(describeFailure('squeue', result, 'failed')).toMatchObject({ code: 'unreachable', transient: true });
  });
});

import { describe, expect, it } from 'vitest';
import { buildAccounting, parseAccounting } from '../src/sacct.js';
import { describeFailure } from '../src/slurm-error.js';
import { fixtureSeparator, pick, readFixture, releases, thrownBy } from './fixture.js';

describe('buildAccounting', () => {
  it('asks for many jobs at once', () => {
    expect(buildAccounting(['1', '2_3'], '~x~').words).toEqual(
      expect.arrayContaining(['--jobs=1,2_3', '--delimiter=~x~']),
    );
  });

  it('lets no unchecked id into argv', () => {
    expect(thrownBy(() => buildAccounting(['1;id'], '~x~'))).toMatchObject({ code: 'bad-argument' });
  });
});

describe.each(releases)('sacct of Slurm %s', (release) => {
  const read = (name: string) => parseAccounting(readFixture(release, `sacct-${name}`).stdout, fixtureSeparator);

  it.each([
    ['completed', 'COMPLETED', { status: 0, signal: 0 }],
    ['failed', 'FAILED', { status: 3, signal: 0 }],
    ['killed', 'FAILED', { status: 0, signal: 9 }],
    ['timeout', 'TIMEOUT', { status: 0, signal: 0 }],
    ['cancelled', 'CANCELLED', { status: 0, signal: 0 }],
    ['stubborn', 'CANCELLED', { status: 0, signal: 0 }],
  ])('tells how the job %s ended: %s', (name, state, exitCode) => {
    const job = pick(read('ends'), (one) => one.name === name);
    expect(job).toMatchObject({ state, exitCode, phase: 'ended', over: true, user: 'alice', nodes: ['cn1'] });
    expect(Number(job.endAt)).toBeGreaterThanOrEqual(Number(job.startAt));
    expect(job.steps.map(({ id }) => id)).toEqual(['batch']);
  });

  it('tells a node failure', () => {
    expect(pick(read('ends'), ({ name }) => name === 'node-fail')).toMatchObject({
      state: 'NODE_FAIL',
      nodes: ['cn2'],
    });
  });

  it('knows who cancelled a job that never ran', () => {
    const job = pick(read('ends'), ({ name }) => name === 'never-ran');
    expect(job).toMatchObject({ state: 'CANCELLED', cancelledByUid: 2001, nodes: [], steps: [], elapsedSeconds: 0 });
    expect(job.endAt).toBeInstanceOf(Date);
  });

  it('measures time and memory', () => {
    const job = pick(read('ends'), ({ name }) => name === 'completed');
    expect(job.maxRssBytes).toBeGreaterThan(100_000);
    expect(job.elapsedSeconds).toBeGreaterThanOrEqual(5);
    expect(job.timeLimitMinutes).toBe(5);
    expect(pick(read('ends'), ({ name }) => name === 'failed').maxRssBytes).toBeUndefined();
  });

  it('puts the runs of a requeued job in order: it runs again and is not over', () => {
    const job = pick(read('ends'), ({ name }) => name === 'requeued');
    expect(job).toMatchObject({ state: 'RUNNING', phase: 'running', over: false, endAt: undefined });
    expect(job.previousRuns).toHaveLength(1);
    expect(job.previousRuns[0]).toMatchObject({ state: 'REQUEUED', over: false });
    expect(job.previousRuns[0]?.steps[0]).toMatchObject({
      id: 'batch',
      state: 'CANCELLED',
      exitCode: { status: 0, signal: 15 },
    });
  });

  it('does not call a job over that has just been requeued', () => {
    const [job] = read('requeued-at-once');
    expect(job).toMatchObject({ name: 'requeued', over: false });
  });

  it('leaves out jobs that it does not know', () => {
    expect(read('unknown')).toEqual([]);
  });

  it('cannot be asked when the database is down, which says nothing about jobs', () => {
    const error = describeFailure('sacct', readFixture(release, 'sacct-database-down'), 'failed');
    expect(error).toMatchObject({ code: 'unreachable', transient: true, exitCode: 1 });
    expect(error.stderr).toContain('Connection refused');
  });
});

describe('parseAccounting', () => {
  const columns = 'JobIDRaw JobName User Account Partition QOS State Reason ExitCode DerivedExitCode Submit Start End';
  const headings = [...columns.split(' '), 'ElapsedRaw', 'Timelimit', 'NodeList', 'MaxRSS'];
  const row = (cells: Record<string, string>) => `${headings.map((one) => `${cells[one] ?? ''}~x~`).join('')}\n`;
  const heading = row(Object.fromEntries(headings.map((one) => [one, one])));
  const job = (JobName: string, Submit: string, State: string) =>
    row({ JobIDRaw: '7', JobName, Submit, State, ElapsedRaw: '1' });

  it('does not take another job, of a time when ids had started again, for an earlier run', () => {
    const [read] = parseAccounting(heading + job('old', '100', 'COMPLETED') + job('new', '900', 'RUNNING'), '~x~');
    expect(read).toMatchObject({ name: 'new', state: 'RUNNING', previousRuns: [] });
  });

  it('refuses a step without its job, and keeps the text', () => {
    const text = heading + row({ JobIDRaw: '7.batch' });
    expect(thrownBy(() => parseAccounting(text, '~x~'))).toMatchObject({ code: 'unparsable', stdout: text });
  });
});

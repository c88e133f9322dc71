import { describe, expect, it } from 'vitest';
import { buildNamedJobs, parseNamedJobs } from '../src/named-jobs.js';
import { thrownBy } from './fixture.js';

const S = '~x~';
const answer = (...rows: string[][]) =>
  [['JOBID', 'NAME', 'USER', 'STATE', 'REASON'], ...rows].map((row) => `${row.join(S)}${S}\n`).join('');

describe('Jobs by the beginning of their names', () => {
  it('are asked for without a user or an id', () => {
    expect(buildNamedJobs(S).words).toEqual([
      '--all',
      '--local',
      '--Format=JobID:0~x~,Name:0~x~,UserName:0~x~,State:0~x~,Reason:0~x~',
    ]);
  });

  it('are those whose names begin so, whoever owns them', () => {
    const text = answer(
      ['7', 'juhub-a', 'alice', 'RUNNING', 'None'],
      ['8', 'my-juhub-a', 'alice', 'RUNNING', 'None'],
      ['9', 'juhub-b', 'bob', 'PENDING', 'Priority'],
    );
    expect(parseNamedJobs(text, 'juhub-', S)).toEqual([
      { jobId: '7', name: 'juhub-a', user: 'alice', state: 'RUNNING', phase: 'running' },
      { jobId: '9', name: 'juhub-b', user: 'bob', state: 'PENDING', phase: 'pending' },
    ]);
  });

  it('are none when the queue is empty', () => {
    expect(parseNamedJobs(answer(), 'juhub-', S)).toEqual([]);
  });

  it('are not made of an answer that is none', () => {
    for (const text of [
      '',
      'slurm is away\n',
      answer(['7', 'juhub-a']),
      answer(['x', 'juhub-a', 'alice', 'RUNNING', 'None']),
    ]) {
      expect(thrownBy(() => parseNamedJobs(text, 'juhub-', S))).toMatchObject({ code: 'unparsable' });
    }
  });
});

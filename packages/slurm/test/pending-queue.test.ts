import { describe, expect, it } from 'vitest';
import { parsePending } from '../src/pending-queue.js';
import { readFixture, releases, thrownBy } from './fixture.js';

const HEADING = 'JOBID PARTITION PRIORITY REASON';
const answer = (...lines: string[]) => [HEADING, ...lines, ''].join('\n');

describe.each(releases)('The queue of Slurm %s', (release) => {
  const positions = parsePending(readFixture(release, 'squeue-pending').stdout);

  it('counts those that compete for the nodes of the same partition, an array once', () => {
    expect(positions.get('3')).toEqual({ partition: 'batch', position: 1, of: 4 });
    expect(positions.get('4')).toEqual({ partition: 'batch', position: 2, of: 4 });
    expect(positions.get('11')).toEqual({ partition: 'batch', position: 4, of: 4 });
  });

  it('leaves out what is held, waits for its time or for another job, or can never start', () => {
    for (const jobId of ['5', '6', '7', '8']) {
      expect(positions.has(jobId)).toBe(false);
    }
  });

  it('gives a job that would take either of two partitions its better place', () => {
    expect(positions.get('9')).toEqual({ partition: 'devel', position: 1, of: 2 });
  });

  it('is empty when nothing waits', () => {
    expect(parsePending(readFixture(release, 'squeue-nothing-pending').stdout).size).toBe(0);
  });
});

describe('The order of a queue', () => {
  it('is that of priority, and of age among equals', () => {
    const positions = parsePending(answer('9 a 5 Priority', '3 a 5 Priority', '12 a 70 Resources', '1 b 1 Priority'));
    expect([...positions].map(([id, { partition, position, of }]) => [id, partition, position, of])).toEqual([
      ['12', 'a', 1, 3],
      ['3', 'a', 2, 3],
      ['9', 'a', 3, 3],
      ['1', 'b', 1, 1],
    ]);
  });

  it('is not made of half an answer', () => {
    for (const text of ['', answer('1 a 5'), answer('1 a 5 Priority').slice(0, -1), '1 a 5 Priority\n']) {
      expect(thrownBy(() => parsePending(text))).toMatchObject({ code: 'unparsable' });
    }
  });

  it('of twenty thousand jobs is there in less than a second', () => {
    const lines = Array.from({ length: 20_000 }, (_, index) => `${index + 1} p${index % 7} ${index % 991} Priority`);
    const started = performance.now();
    const positions = parsePending(answer(...lines));
    expect(performance.now() - started).toBeLessThan(1000);
    expect(positions.size).toBe(20_000);
  });
});

import { describe, expect, it } from 'vitest';
import { buildStepUsage, parseAllocation, parseFinalUsage, parseStepUsage } from '../src/job-usage.js';
import { fixtureSeparator, readFixture, releases, thrownBy } from './fixture.js';

const MEBIBYTE = 1024 ** 2;

describe.each(releases)('What a job uses, by Slurm %s', (release) => {
  const read = (name: string) => readFixture(release, name).stdout;

  it('is while it runs what it was given, and what its steps use now', () => {
    expect(parseAllocation(read('squeue-usage'), fixtureSeparator)).toMatchObject({
      cpus: 2,
      allocatedMemoryBytes: 1500 * MEBIBYTE,
      gpus: 1,
    });
    const used = parseStepUsage(read('sstat-usage'));
    expect(used.cpuSeconds).toBeGreaterThan(0);
    // The job keeps 300 MiB.
    expect(used.memoryBytes).toBeGreaterThan(300 * MEBIBYTE);
    expect(used.peakMemoryBytes).toBeGreaterThanOrEqual(used.memoryBytes ?? Number.POSITIVE_INFINITY);
  });

  it('has no word on GPUs where they are not measured', () => {
    const nothing = { gpuPercent: undefined, gpuMemoryBytes: undefined };
    expect(parseStepUsage(read('sstat-usage'))).toMatchObject(nothing);
    expect(parseFinalUsage(read('sacct-usage'), fixtureSeparator)).toMatchObject(nothing);
  });

  it('is in the accounting when it has ended', () => {
    const usage = parseFinalUsage(read('sacct-usage'), fixtureSeparator);
    expect(usage).toMatchObject({ cpus: 2, allocatedMemoryBytes: 1500 * MEBIBYTE, gpus: 1, memoryBytes: undefined });
    expect(usage?.peakMemoryBytes).toBeGreaterThan(300 * MEBIBYTE);
    expect(usage?.cpuSeconds).toBeGreaterThan(0);
    expect(usage?.elapsedSeconds).toBeGreaterThanOrEqual(12);
  });

  it('is nothing for a job that nobody knows, and for the job of somebody else', () => {
    expect(parseFinalUsage(read('sacct-usage-unknown'), fixtureSeparator)).toBeUndefined();
    for (const name of ['sstat-unknown', 'sstat-usage-of-another']) {
      expect(Object.values(parseStepUsage(read(name)))).toEqual(Array(5).fill(undefined));
    }
  });
});

describe('sstat', () => {
  it('says of GPUs what its plugin measures, summed over the steps', () => {
    // The form of sstat(1), TRESUsageInTot, with gres/gpumem and gres/gpuutil; no GPU was at hand to capture it from.
    const text = [
      'JobID|MaxRSS|TRESUsageInTot|',
      '7.extern|0|cpu=00:00:00,energy=0,mem=0|',
      '7.batch|2G|cpu=1-00:00:01,gres/gpumem=1024M,gres/gpuutil=87,mem=1G|',
      '',
    ].join('\n');
    expect(parseStepUsage(text)).toEqual({
      cpuSeconds: 86_401,
      memoryBytes: 1024 * MEBIBYTE,
      peakMemoryBytes: 2048 * MEBIBYTE,
      gpuPercent: 87,
      gpuMemoryBytes: 1024 * MEBIBYTE,
    });
  });

  it('is not believed when its answer is cut off or holds no number', () => {
    expect(thrownBy(() => parseStepUsage('JobID|MaxRSS|TRESUsageInTot|\n7.batch|2G|'))).toMatchObject({
      code: 'unparsable',
    });
    expect(thrownBy(() => parseStepUsage('JobID|MaxRSS|TRESUsageInTot|\n7.batch|much||\n'))).toMatchObject({
      code: 'unparsable',
    });
  });

  it('is asked for no unchecked job', () => {
    expect(thrownBy(() => buildStepUsage('1;id'))).toMatchObject({ code: 'bad-argument' });
  });
});

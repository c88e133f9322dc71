import { describe, expect, it } from 'vitest';
import { parseDurationMinutes, parseDurationSeconds } from '../src/duration.js';
import { countGpus } from '../src/gpus.js';
import { parseTimestamp } from '../src/timestamp.js';
import { parseMemoryBytes, parseTres } from '../src/tres.js';

describe('parseDurationSeconds', () => {
  it.each([
    ['1-02:03:04', 93784],
    ['02:03:04', 7384],
    ['30:00', 1800],
    ['5:00:00', 18000],
    ['00:30', 30],
    ['1-02', 93600],
    ['1-02:03', 93780],
    ['90', 5400],
  ])('reads %s', (text, seconds) => {
    expect(parseDurationSeconds(text)).toBe(seconds);
  });

  it.each(['UNLIMITED', 'INVALID', 'Partition_Limit', 'NOT_SET', 'NONE', 'N/A', ''])('takes %j for no span', (text) => {
    expect(parseDurationSeconds(text)).toBeUndefined();
    expect(parseDurationMinutes(text)).toBeUndefined();
  });

  it.each(['soon', '1:2:3:4', '-5', '1-'])('refuses %s', (text) => {
    expect(() => parseDurationSeconds(text)).toThrow(RangeError);
  });
});

describe('parseTimestamp', () => {
  it('reads seconds since 1970', () => {
    expect(parseTimestamp('1795386053')).toEqual(new Date('2026-11-22T22:20:53Z'));
  });

  it.each(['N/A', 'Unknown', 'None', '0', ''])('takes %j for no time', (text) => {
    expect(parseTimestamp(text)).toBeUndefined();
  });

  it('refuses a time whose zone nobody knows', () => {
    expect(() => parseTimestamp('2026-11-22T22:20:53')).toThrow(RangeError);
  });
});

describe('parseTres', () => {
  it('reads counts and brings memory to MiB', () => {
    expect(parseTres('cpu=16,mem=62.5G,node=1,gres/gpu=4,gres/gpu:a100=4')).toEqual({
      cpu: 16,
      mem: 64000,
      node: 1,
      'gres/gpu': 4,
      'gres/gpu:a100': 4,
    });
  });

  it('takes (null) for nothing and refuses a word without a number', () => {
    expect(parseTres('(null)')).toEqual({});
    expect(() => parseTres('cpu')).toThrow(RangeError);
  });
});

describe('parseMemoryBytes', () => {
  it.each([
    ['1142K', 1142 * 1024],
    ['1.50M', 1572864],
    ['0', 0],
    ['512', 512],
  ])('reads %s', (text, bytes) => {
    expect(parseMemoryBytes(text)).toBe(bytes);
  });

  it('knows that an empty cell was not measured', () => {
    expect(parseMemoryBytes('')).toBeUndefined();
  });
});

describe('countGpus', () => {
  it('counts each type and what is in use of it', () => {
    const gres = 'gpu:a100:4(S:0-1),gpu:v100:2(S:0,1),shard:8,craynetwork:4';
    const used = 'gpu:a100:3(IDX:0,2-3),gpu:v100:0(IDX:N/A),shard:0';
    expect(countGpus(gres, used)).toEqual([
      { type: 'a100', count: 4, allocated: 3 },
      { type: 'v100', count: 2, allocated: 0 },
    ]);
  });

  it('names GPUs without a type gpu', () => {
    expect(countGpus('gpu:2', 'gpu:(null):1(IDX:0)')).toEqual([{ type: 'gpu', count: 2, allocated: 1 }]);
  });

  it('finds none where there are none', () => {
    expect(countGpus('(null)', 'gpu:0')).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { parseNodeState } from '../src/node-state.js';
import { buildNodes, parseNodes } from '../src/sinfo.js';
import { describeFailure } from '../src/slurm-error.js';
import { fixtureSeparator, pick, readFixture, releases } from './fixture.js';

describe('parseNodeState', () => {
  it.each([
    ['idle', 'IDLE', [], true],
    ['mixed', 'MIXED', [], true],
    ['allocated', 'ALLOCATED', [], false],
    ['idle*', 'IDLE', ['NOT_RESPONDING'], false],
    ['mixed-', 'MIXED', ['PLANNED'], false],
    ['idle~', 'IDLE', ['POWERED_DOWN'], true],
    ['idle+cloud+powered_down', 'IDLE', ['CLOUD', 'POWERED_DOWN'], true],
    ['IDLE+DRAIN', 'IDLE', ['DRAIN'], false],
    ['drained*', 'IDLE', ['DRAIN', 'NOT_RESPONDING'], false],
    ['draining', 'ALLOCATED', ['DRAIN'], false],
    ['maint', 'IDLE', ['MAINT'], false],
    ['idle+maintenance+reserved', 'IDLE', ['MAINT', 'RESERVED'], false],
    ['reserved', 'IDLE', ['RESERVED'], false],
    ['down+not_responding', 'DOWN', ['NOT_RESPONDING'], false],
    ['inval', 'UNKNOWN', ['INVALID_REG'], false],
    ['something_new', 'UNKNOWN', ['SOMETHING_NEW'], false],
  ])('takes %s apart', (raw, base, flags, usable) => {
    const state = parseNodeState(raw);
    expect({ ...state, flags: [...state.flags].toSorted() }).toMatchObject({ base, flags, usable });
  });

  it.each([
    ['idle', true, true],
    ['allocated', true, false],
    ['mixed-', true, false],
    ['idle+reserved', false, true],
    ['mixed+reserved', false, true],
    ['allocated+reserved', false, false],
    ['idle+maintenance+reserved', false, false],
    ['idle+drain+reserved', false, false],
    ['allocated+drain', false, false],
    ['down', false, false],
    ['unknown', false, false],
  ])(
    'tells of %s whether it serves anybody, and whether it serves those of its reservation',
    (raw, inService, held) => {
      expect(parseNodeState(raw)).toMatchObject({ inService, usableWithReservation: held });
    },
  );
});

describe.each(releases)('sinfo of Slurm %s', (release) => {
  const read = (name: string) => parseNodes(readFixture(release, `sinfo-${name}`).stdout, fixtureSeparator);

  it('shows an idle cluster: every node once, all of it free', () => {
    const nodes = read('idle');
    expect(nodes.map(({ name }) => name).toSorted()).toEqual(['cn1', 'cn2', 'gpu1']);
    expect(nodes.every(({ usable, cpusAllocated }) => usable && cpusAllocated === 0)).toBe(true);
    expect(pick(nodes, ({ name }) => name === 'cn1')).toMatchObject({
      cpus: 8,
      memoryMb: 16000,
      gpus: [],
      features: [],
    });
    expect(pick(nodes, ({ name }) => name === 'cn1').partitions.toSorted()).toEqual(['batch', 'devel']);
    expect(pick(nodes, ({ name }) => name === 'gpu1').gpus).toEqual([{ type: 'a100', count: 4, allocated: 0 }]);
  });

  it('counts what is in use', () => {
    const nodes = read('busy');
    expect(pick(nodes, ({ name }) => name === 'cn1')).toMatchObject({
      base: 'ALLOCATED',
      usable: false,
      cpusAllocated: 8,
    });
    expect(pick(nodes, ({ name }) => name === 'gpu1')).toMatchObject({
      base: 'MIXED',
      usable: true,
      cpus: 16,
      cpusAllocated: 3,
      memoryAllocatedMb: 6000,
      gpus: [{ type: 'a100', count: 4, allocated: 2 }],
    });
  });

  it('does not count drained, reserved and maintained nodes as usable', () => {
    const nodes = read('drained-reserved');
    expect(nodes.filter(({ usable }) => usable)).toEqual([]);
    expect([...pick(nodes, ({ name }) => name === 'cn1').flags]).toContain('RESERVED');
    expect([...pick(nodes, ({ name }) => name === 'gpu1').flags]).toContain('MAINT');
    const drained = pick(nodes, ({ name }) => name === 'cn2');
    expect([...drained.flags]).toContain('DRAIN');
    expect(drained.reason).toBe('bad disk | here, see #12');
  });

  it('shows nodes of a maintenance that has just begun as if nothing were, which is why reservations are asked too', () => {
    expect(read('just-reserved').filter(({ base, usable }) => base === 'IDLE' && usable)).toHaveLength(3);
  });

  it('shows that a node has GPUs left and no memory to go with them', () => {
    expect(pick(read('no-memory'), ({ name }) => name === 'gpu1')).toMatchObject({
      base: 'MIXED',
      memoryMb: 32000,
      memoryAllocatedMb: 32000,
      gpus: [{ count: 4, allocated: 0 }],
    });
  });

  it('shows a node that is down', () => {
    expect(pick(read('down'), ({ name }) => name === 'cn2')).toMatchObject({
      base: 'DOWN',
      usable: false,
      reason: 'power supply',
    });
  });

  it('cannot be asked when the controller is down', () => {
    const error = describeFailure('sinfo', readFixture(release, 'sinfo-controller-down'), 'failed');
    expect(error).toMatchObject({ code: 'unreachable', transient: true });
  });
});

describe('buildNodes', () => {
  it('ends every column with the separator', () => {
    expect(buildNodes('~x~').words.at(-1)?.match(/:0~x~/g)).toHaveLength(10);
  });
});

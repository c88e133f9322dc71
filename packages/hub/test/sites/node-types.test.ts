import { describe, expect, it } from 'vitest';
import { parsePartitions, parseReservations } from '../../../slurm/src/scontrol.js';
import { parseNodes } from '../../../slurm/src/sinfo.js';
import { fixtureSeparator, readFixture, releases } from '../../../slurm/test/fixture.js';
import type { NodeType } from '../../src/sites/node-type.js';
import { describePartitions } from '../../src/sites/node-types.js';
import { makeNode, makePartition, makeQos, makeReservation } from './cluster-parts.js';

describe.each(releases)('On a cluster with Slurm %s', (release) => {
  const describeAs = (nodes: string, reservations = 'no-reservations'): Map<string, NodeType> => {
    const read = (name: string) => readFixture(release, name).stdout;
    const nodeTypes = describePartitions({
      partitions: parsePartitions(read('scontrol-partitions')),
      nodes: parseNodes(read(`sinfo-${nodes}`), fixtureSeparator),
      reservations: parseReservations(read(`scontrol-${reservations}`)),
      qos: [],
    });
    return new Map(nodeTypes.map((nodeType) => [nodeType.name, nodeType]));
  };

  it('partitions are node types, but for those that the site hides', () => {
    const nodeTypes = describeAs('no-memory');
    expect([...nodeTypes.keys()].toSorted()).toEqual(['batch', 'closed', 'devel', 'gpus', 'members', 'others']);
    expect(nodeTypes.get('batch')).toMatchObject({ isDefault: true, totalNodes: 2, maxNodes: 2, maxMinutes: 1440 });
    expect(nodeTypes.get('members')).toMatchObject({ groups: ['alice', 'bob'], accounts: ['climate'], qos: ['short'] });
  });

  it('a node that is partly in use has its other GPUs free, unless jobs get whole nodes', () => {
    const busy = describeAs('busy');
    expect(busy.get('batch')).toMatchObject({ idleNodes: 0, outNodes: 0 });
    expect(busy.get('gpus')).toMatchObject({ idleNodes: 0, freeGpus: 2 });
    expect(busy.get('gpus')?.gpuKinds).toEqual([{ type: 'a100', perNode: 4, total: 4, free: 2 }]);
    expect(busy.get('others')).toMatchObject({ isExclusive: true, idleNodes: 0, freeGpus: 0 });
  });

  it('GPUs of a node without any memory left are not free', () => {
    expect(describeAs('no-memory').get('gpus')).toMatchObject({ freeGpus: 0, outNodes: 0 });
  });

  it('drained, reserved and maintained nodes are not free, and stand apart', () => {
    const nodeTypes = describeAs('drained-reserved', 'reservations');
    expect(nodeTypes.get('batch')).toMatchObject({ totalNodes: 2, idleNodes: 0, outNodes: 2 });
    expect(nodeTypes.get('gpus')).toMatchObject({ idleNodes: 0, freeGpus: 0, outNodes: 1 });
    // Free within the reservation, for those who may use it.
    expect(nodeTypes.get('batch')?.reserved).toEqual([{ reservation: 'course', idleNodes: 1, freeGpus: 0 }]);
  });

  it('a node that is down is not free', () => {
    expect(describeAs('down', 'reservations').get('members')).toMatchObject({ idleNodes: 0, outNodes: 1 });
  });

  it('nodes of a maintenance that has only just begun are not free, although Slurm does not mark them yet', () => {
    const nodeTypes = describeAs('just-reserved', 'reservation-just-begun');
    expect(nodeTypes.get('batch')).toMatchObject({ idleNodes: 0, outNodes: 2 });
    expect(nodeTypes.get('gpus')).toMatchObject({ idleNodes: 1, freeGpus: 4, outNodes: 0 });
  });
});

describe('A node type', () => {
  const describeOne = (different: Parameters<typeof makePartition>[1], nodes = [makeNode('n1', ['p'])]) =>
    describePartitions({
      partitions: [makePartition('p', different)],
      nodes,
      reservations: [],
      qos: [makeQos('capped', { maxWallMinutes: 90 })],
    })[0];

  it('has the limit of the quality of service that goes with its partition, where that is shorter', () => {
    expect(describeOne({ qos: 'capped', maxTimeMinutes: 600 })?.maxMinutes).toBe(90);
    expect(describeOne({ qos: 'capped', maxTimeMinutes: 60 })?.maxMinutes).toBe(60);
    expect(describeOne({ qos: 'capped' })?.maxMinutes).toBe(90);
    expect(describeOne({})?.maxMinutes).toBeUndefined();
  });

  it('says what its nodes have at most and at least, and each type of GPU', () => {
    const gpus = (type: string, count: number) => [{ type, count, allocated: 1 }];
    const nodes = [
      makeNode('n1', ['p'], { state: 'mixed', cpus: 64, memoryMb: 100, gpus: gpus('a100', 4) }),
      makeNode('n2', ['p'], { state: 'mixed', cpus: 96, memoryMb: 200, gpus: gpus('h100', 8) }),
    ];
    expect(describeOne({}, nodes)).toMatchObject({
      coresPerNode: 96,
      coresPerNodeMin: 64,
      memoryMbPerNode: 200,
      memoryMbPerNodeMin: 100,
      gpusPerNode: 8,
      freeGpus: 10,
      gpuKinds: [
        { type: 'a100', perNode: 4, total: 4, free: 3 },
        { type: 'h100', perNode: 8, total: 8, free: 7 },
      ],
    });
  });

  it('is not offered where it is for root alone, and is closed where its partition is', () => {
    expect(describeOne({ rootOnly: true })).toBeUndefined();
    expect(describeOne({ state: 'DRAIN' })?.isUp).toBe(false);
  });

  it('counts as free for a reservation what only that reservation keeps from others', () => {
    const partitions = [makePartition('p')];
    const nodes = [
      makeNode('n1', ['p'], { state: 'idle+reserved' }),
      makeNode('n2', ['p'], { state: 'idle+drain+reserved' }),
    ];
    const reservations = [makeReservation('mine', { nodes: ['n1', 'n2'] })];
    const [nodeType] = describePartitions({ partitions, nodes, reservations, qos: [] });
    expect(nodeType).toMatchObject({ idleNodes: 0, outNodes: 2 });
    expect(nodeType?.reserved).toEqual([{ reservation: 'mine', idleNodes: 1, freeGpus: 0 }]);
  });
});

import type { ClusterNode, Partition } from '@juhub/slurm';
import { LOGIN_NODE, type NodeType } from './node-type.js';

/** Turns what Slurm says of its partitions and nodes into the choices of the form. Pure. */
export function describePartitions(partitions: readonly Partition[], nodes: readonly ClusterNode[]): NodeType[] {
  return partitions.filter(isForUsers).map((partition) => {
    const members = nodes.filter((node) => node.partitions.includes(partition.name));
    return describePartition(partition, members);
  });
}

function describePartition(partition: Partition, members: readonly ClusterNode[]): NodeType {
  const usable = members.filter((node) => node.usable);
  const gpuType = members.flatMap((node) => node.gpus).find((gpu) => gpu.type)?.type;
  return {
    name: partition.name,
    title: partition.name,
    kind: 'partition',
    isDefault: partition.isDefault,
    isUp: partition.state === 'UP',
    totalNodes: members.length,
    idleNodes: usable.filter((node) => node.cpusAllocated === 0).length,
    coresPerNode: largest(members, (node) => node.cpus),
    memoryMbPerNode: largest(members, (node) => node.memoryMb),
    gpusPerNode: largest(members, countGpus),
    ...(gpuType === undefined ? {} : { gpuType }),
    freeGpus: usable.reduce((sum, node) => sum + countFreeGpus(node), 0),
    minNodes: Math.max(1, partition.minNodes),
    maxNodes: Math.min(partition.maxNodes ?? Number.POSITIVE_INFINITY, Math.max(1, members.length)),
    ...(partition.maxTimeMinutes === undefined ? {} : { maxMinutes: partition.maxTimeMinutes }),
    ...(partition.defaultTimeMinutes === undefined ? {} : { defaultMinutes: partition.defaultTimeMinutes }),
    ...(partition.allowAccounts === undefined ? {} : { accounts: partition.allowAccounts }),
    ...(partition.allowQos === undefined ? {} : { qos: partition.allowQos }),
  };
}

/** A partition for root alone, or only for jobs of a reservation, is no choice of the form. */
function isForUsers(partition: Partition): boolean {
  return !partition.rootOnly && !partition.needsReservation;
}

/** The login node as a choice beside the partitions: a server there is a process, not a job. */
export function describeLoginNode(settings: { title?: string | undefined; maxMinutes?: number | undefined }): NodeType {
  return {
    name: LOGIN_NODE,
    title: settings.title ?? 'Login node',
    kind: 'login',
    isDefault: false,
    isUp: true,
    totalNodes: 1,
    idleNodes: 1,
    coresPerNode: 0,
    memoryMbPerNode: 0,
    gpusPerNode: 0,
    freeGpus: 0,
    minNodes: 1,
    maxNodes: 1,
    ...(settings.maxMinutes === undefined ? {} : { maxMinutes: settings.maxMinutes }),
  };
}

function countGpus(node: ClusterNode): number {
  return node.gpus.reduce((sum, gpu) => sum + gpu.count, 0);
}

function countFreeGpus(node: ClusterNode): number {
  return node.gpus.reduce((sum, gpu) => sum + Math.max(0, gpu.count - gpu.allocated), 0);
}

function largest(nodes: readonly ClusterNode[], value: (node: ClusterNode) => number): number {
  return nodes.reduce((most, node) => Math.max(most, value(node)), 0);
}

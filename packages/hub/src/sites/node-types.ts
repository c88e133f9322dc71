import type { ClusterNode, Partition, Qos, Reservation } from '@juhub/slurm';
import { countFree, countOut, type FreeCount } from './count-free.js';
import { type GpuKind, LOGIN_NODE, type NodeType, type ReservedShare } from './node-type.js';

/** What a cluster says of itself, all of it from about the same moment. */
export interface ClusterState {
  readonly partitions: readonly Partition[];
  readonly nodes: readonly ClusterNode[];
  readonly reservations: readonly Reservation[];
  /** Undefined where the cluster keeps no accounting. */
  readonly qos: readonly Qos[];
}

/** Turns what Slurm says of its partitions and nodes into the choices of the form. Pure. */
export function describePartitions(cluster: ClusterState): NodeType[] {
  return cluster.partitions.filter(isForUsers).map((partition) => describePartition(partition, cluster));
}

function describePartition(partition: Partition, { nodes, reservations, qos }: ClusterState): NodeType {
  const members = nodes.filter((node) => node.partitions.includes(partition.name));
  const active = reservations.filter((reservation) => reservation.isActive);
  const free = countFree(members, partition, active);
  const gpuKinds = listGpuKinds(members, free);
  const gpuType = gpuKinds.find(({ type }) => type !== 'gpu')?.type;
  const maxMinutes = least(partition.maxTimeMinutes, qos.find(({ name }) => name === partition.qos)?.maxWallMinutes);
  return {
    name: partition.name,
    title: partition.name,
    kind: 'partition',
    isDefault: partition.isDefault,
    isUp: partition.state === 'UP',
    isExclusive: partition.isExclusive,
    totalNodes: members.length,
    idleNodes: free.idleNodes,
    outNodes: countOut(members, active),
    coresPerNode: largest(members, (node) => node.cpus),
    coresPerNodeMin: smallest(members, (node) => node.cpus),
    memoryMbPerNode: largest(members, (node) => node.memoryMb),
    memoryMbPerNodeMin: smallest(members, (node) => node.memoryMb),
    gpusPerNode: largest(members, countGpus),
    ...(gpuType === undefined ? {} : { gpuType }),
    gpuKinds,
    freeGpus: gpuKinds.reduce((sum, kind) => sum + kind.free, 0),
    minNodes: Math.max(1, partition.minNodes),
    maxNodes: Math.min(partition.maxNodes ?? Number.POSITIVE_INFINITY, Math.max(1, members.length)),
    ...(maxMinutes === undefined ? {} : { maxMinutes }),
    ...(partition.defaultTimeMinutes === undefined ? {} : { defaultMinutes: partition.defaultTimeMinutes }),
    ...describeAdmission(partition),
    reserved: active.flatMap((reservation) => describeShare(reservation, members, partition)),
  };
}

type Admission = Pick<NodeType, 'accounts' | 'deniedAccounts' | 'qos' | 'deniedQos' | 'groups' | 'needsReservation'>;

function describeAdmission(partition: Partition): Admission {
  const { allowAccounts, denyAccounts, allowQos, denyQos, allowGroups, needsReservation } = partition;
  return {
    ...(allowAccounts === undefined ? {} : { accounts: allowAccounts }),
    deniedAccounts: denyAccounts,
    ...(allowQos === undefined ? {} : { qos: allowQos }),
    deniedQos: denyQos,
    ...(allowGroups === undefined ? {} : { groups: allowGroups }),
    needsReservation,
  };
}

/** A partition for root alone, or one that the site hides, is no choice of the form. */
function isForUsers(partition: Partition): boolean {
  return !partition.rootOnly && !partition.isHidden;
}

/** What is free for those who may use a reservation; nothing where it has no node of the partition. */
function describeShare(
  reservation: Reservation,
  members: readonly ClusterNode[],
  partition: Partition,
): ReservedShare[] {
  const held = members.filter((node) => reservation.nodes.includes(node.name));
  if (held.length === 0) {
    return [];
  }
  const { idleNodes, freeGpus } = countFree(held, partition, [], { withReservation: true });
  const gpus = [...freeGpus.values()].reduce((sum, count) => sum + count, 0);
  return [{ reservation: reservation.name, idleNodes, freeGpus: gpus }];
}

/** The login node as a choice beside the partitions: a server there is a process, not a job. */
export function describeLoginNode(settings: { title?: string | undefined; maxMinutes?: number | undefined }): NodeType {
  return {
    name: LOGIN_NODE,
    title: settings.title ?? 'Login node',
    kind: 'login',
    isDefault: false,
    isUp: true,
    isExclusive: false,
    totalNodes: 1,
    idleNodes: 1,
    outNodes: 0,
    coresPerNode: 0,
    coresPerNodeMin: 0,
    memoryMbPerNode: 0,
    memoryMbPerNodeMin: 0,
    gpusPerNode: 0,
    gpuKinds: [],
    freeGpus: 0,
    minNodes: 1,
    maxNodes: 1,
    ...(settings.maxMinutes === undefined ? {} : { maxMinutes: settings.maxMinutes }),
    deniedAccounts: [],
    deniedQos: [],
    needsReservation: false,
    reserved: [],
  };
}

function listGpuKinds(nodes: readonly ClusterNode[], { freeGpus }: FreeCount): GpuKind[] {
  const types = [...new Set(nodes.flatMap((node) => node.gpus.map(({ type }) => type)))];
  return types.map((type) => {
    const counts = nodes.map((node) => node.gpus.find((gpu) => gpu.type === type)?.count ?? 0);
    const total = counts.reduce((sum, count) => sum + count, 0);
    return { type, perNode: Math.max(...counts), total, free: freeGpus.get(type) ?? 0 };
  });
}

function countGpus(node: ClusterNode): number {
  return node.gpus.reduce((sum, gpu) => sum + gpu.count, 0);
}

function largest(nodes: readonly ClusterNode[], value: (node: ClusterNode) => number): number {
  return nodes.reduce((most, node) => Math.max(most, value(node)), 0);
}

function smallest(nodes: readonly ClusterNode[], value: (node: ClusterNode) => number): number {
  return nodes.length === 0 ? 0 : Math.min(...nodes.map(value));
}

function least(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);
}

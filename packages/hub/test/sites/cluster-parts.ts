import type { Association, ClusterNode, Partition, Qos, Reservation } from '@juhub/slurm';
import { parseNodeState } from '../../../slurm/src/node-state.js';

/** A partition for everybody, without limits; what a test is about is given. */
export function makePartition(name: string, different: Partial<Partition> = {}): Partition {
  return {
    name,
    state: 'UP',
    isDefault: false,
    maxTimeMinutes: undefined,
    defaultTimeMinutes: undefined,
    minNodes: 1,
    maxNodes: undefined,
    allowAccounts: undefined,
    denyAccounts: [],
    allowGroups: undefined,
    allowQos: undefined,
    denyQos: [],
    qos: undefined,
    nodes: [],
    totalNodes: 1,
    totalCpus: 96,
    isExclusive: false,
    needsReservation: false,
    rootOnly: false,
    isHidden: false,
    tres: {},
    ...different,
  };
}

/** A node with 96 cores and no GPUs. @param state as sinfo prints it: `idle`, `mixed`, `idle+drain` */
export function makeNode(
  name: string,
  partitions: readonly string[],
  { state = 'idle', ...different }: Partial<ClusterNode> & { readonly state?: string } = {},
): ClusterNode {
  return {
    name,
    partitions,
    ...parseNodeState(state),
    cpus: 96,
    cpusAllocated: 0,
    memoryMb: 192_000,
    memoryAllocatedMb: 0,
    gpus: [],
    features: [],
    ...different,
  };
}

/** An active reservation for alice1. */
export function makeReservation(name: string, different: Partial<Reservation> = {}): Reservation {
  return {
    name,
    startAt: undefined,
    endAt: undefined,
    isActive: true,
    flags: [],
    nodes: [],
    nodeCount: different.nodes?.length ?? 0,
    partition: undefined,
    users: ['alice1'],
    groups: undefined,
    accounts: undefined,
    tres: {},
    ...different,
  };
}

/** What alice1 may do under one project. */
export function makeAssociation(account: string, different: Partial<Association> = {}): Association {
  return {
    cluster: 'cluster',
    account,
    user: 'alice1',
    isDefault: false,
    partition: undefined,
    qos: ['normal'],
    defaultQos: undefined,
    maxJobs: undefined,
    maxSubmitJobs: undefined,
    maxWallMinutes: undefined,
    maxTresPerJob: {},
    groupTres: {},
    ...different,
  };
}

/** A quality of service without limits. */
export function makeQos(name: string, different: Partial<Qos> = {}): Qos {
  return {
    name,
    priority: 0,
    maxWallMinutes: undefined,
    maxTresPerUser: {},
    maxTresPerJob: {},
    maxJobsPerUser: undefined,
    maxSubmitJobsPerUser: undefined,
    flags: [],
    ...different,
  };
}

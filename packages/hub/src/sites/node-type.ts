import type { Hop } from '../db/server-row.js';

/** GPUs of one type in a node type. */
export interface GpuKind {
  /** Slurm's word, as in a100; `gpu` where the site names none. */
  readonly type: string;
  /** On the node that has most of them. */
  readonly perNode: number;
  readonly total: number;
  /** How many a job could have now. */
  readonly free: number;
}

/** What of a node type is free within a reservation, for those who may use it. */
export interface ReservedShare {
  readonly reservation: string;
  readonly idleNodes: number;
  readonly freeGpus: number;
}

/** What a person picks in the form: a Slurm partition, or a place on the login node itself. */
export interface NodeType {
  /** The partition's name; for the login node the reserved word `login-node`. */
  readonly name: string;
  readonly title: string;
  /** `partition`: a Slurm job. `login`: a plain process on the login node, no job, no account, one node. */
  readonly kind: 'partition' | 'login';
  /** The scheduler's own default partition. */
  readonly isDefault: boolean;
  /** False while the partition is down, drained or inactive: it is shown, and cannot be chosen. */
  readonly isUp: boolean;
  /** Jobs get whole nodes, so that only a wholly idle node is free. */
  readonly isExclusive: boolean;
  readonly totalNodes: number;
  /** Nodes that a job could have now: idle, and neither down, drained, in maintenance nor reserved. */
  readonly idleNodes: number;
  /** Nodes that nobody gets now: down, drained, in maintenance or reserved. */
  readonly outNodes: number;
  /** The largest node; `…Min`: the smallest. */
  readonly coresPerNode: number;
  readonly coresPerNodeMin: number;
  readonly memoryMbPerNode: number;
  readonly memoryMbPerNodeMin: number;
  readonly gpusPerNode: number;
  /** The type of the GPUs, of the first where there are several. */
  readonly gpuType?: string;
  /** One for each type. */
  readonly gpuKinds: readonly GpuKind[];
  /** GPUs that a job could have now, of all types and over all nodes. */
  readonly freeGpus: number;
  readonly minNodes: number;
  readonly maxNodes: number;
  /** Undefined: no limit. */
  readonly maxMinutes?: number;
  readonly defaultMinutes?: number;
  /** The Slurm accounts that the partition admits; undefined: all but those denied. */
  readonly accounts?: readonly string[];
  readonly deniedAccounts: readonly string[];
  /** The QOS that the partition admits; undefined: all but those denied. */
  readonly qos?: readonly string[];
  readonly deniedQos: readonly string[];
  /** The UNIX groups that the partition admits; undefined: all. */
  readonly groups?: readonly string[];
  /** Jobs must name a reservation. */
  readonly needsReservation: boolean;
  /** What is free within reservations; not part of `idleNodes` and `freeGpus`. */
  readonly reserved: readonly ReservedShare[];
}

/** The reserved name of the login node among a site's node types. */
export const LOGIN_NODE = 'login-node';

/** Nodes set apart for some people for a time; maintenances are none. */
export interface SiteReservation {
  readonly name: string;
  readonly startAt: Date | undefined;
  readonly endAt: Date | undefined;
  /** The node types that some of its nodes belong to. */
  readonly partitions: readonly string[];
  readonly nodeCount: number;
  /** Who may use it; a name with a dash in front may not. Undefined: it does not depend on it. */
  readonly users: readonly string[] | undefined;
  readonly groups: readonly string[] | undefined;
  readonly accounts: readonly string[] | undefined;
}

/** What one site offers now, as far as the hub knows. */
export interface Catalogue {
  readonly site: string;
  readonly nodeTypes: readonly NodeType[];
  /** Active and coming ones. */
  readonly reservations: readonly SiteReservation[];
  /** When the site last answered; undefined: not yet. */
  readonly askedAt?: Date | undefined;
  /** Why the last question failed, in words for a person; undefined when it succeeded. */
  readonly problem?: string | undefined;
  /** How far that question came; set together with `problem`. */
  readonly problemHop?: Hop | undefined;
}

/** A quality of service that a person may ask for. */
export interface QosChoice {
  readonly name: string;
  /** The longest run that it allows; undefined: no limit of its own. */
  readonly maxMinutes?: number;
}

/** A Slurm account that a person may charge. */
export interface ProjectChoice {
  readonly name: string;
  /** The partitions that it may be charged in; undefined: all. */
  readonly partitions?: readonly string[];
  /** The longest run that it allows; undefined: no limit of its own. */
  readonly maxMinutes?: number;
  /** The QOS that go with it. */
  readonly qos: readonly string[];
}

/** What one person may charge and use on a site. */
export interface Entitlements {
  /** The UNIX account on the site. */
  readonly account: string;
  /** Slurm accounts (projects, budgets) that the person may charge; the default one first. */
  readonly projects: readonly ProjectChoice[];
  readonly qos: readonly QosChoice[];
  /** The UNIX groups of the account; undefined where nothing depends on them. */
  readonly groups?: readonly string[] | undefined;
  /** When the site said so. */
  readonly askedAt?: Date | undefined;
  /** Why this is not newer, in words for a person. */
  readonly problem?: string | undefined;
}

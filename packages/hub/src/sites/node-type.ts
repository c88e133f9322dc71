import type { Hop } from '../db/server-row.js';

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
  readonly totalNodes: number;
  /** Nodes that a job could have now: idle and not down, drained, in maintenance or reserved. */
  readonly idleNodes: number;
  readonly coresPerNode: number;
  readonly memoryMbPerNode: number;
  readonly gpusPerNode: number;
  readonly gpuType?: string;
  /** GPUs that a job could have now, over all usable nodes. */
  readonly freeGpus: number;
  readonly minNodes: number;
  readonly maxNodes: number;
  /** Undefined: no limit. */
  readonly maxMinutes?: number;
  readonly defaultMinutes?: number;
  /** The Slurm accounts that the partition admits; undefined: all. */
  readonly accounts?: readonly string[];
  /** The QOS that the partition admits; undefined: all. */
  readonly qos?: readonly string[];
}

/** The reserved name of the login node among a site's node types. */
export const LOGIN_NODE = 'login-node';

/** What one site offers now, as far as the hub knows. */
export interface Catalogue {
  readonly site: string;
  readonly nodeTypes: readonly NodeType[];
  /** When the site last answered; undefined: not yet. */
  readonly askedAt?: Date;
  /** Why the last question failed, in words for a person; undefined when it succeeded. */
  readonly problem?: string;
  /** How far that question came; set together with `problem`. */
  readonly problemHop?: Hop;
}

/** A quality of service that a person may ask for. */
export interface QosChoice {
  readonly name: string;
  /** The longest run that it allows; undefined: no limit of its own. */
  readonly maxMinutes?: number;
}

/** What one person may charge and use on a site. */
export interface Entitlements {
  /** The UNIX account on the site. */
  readonly account: string;
  /** Slurm accounts (projects, budgets) that the person may charge; the default one first. */
  readonly projects: readonly string[];
  readonly qos: readonly QosChoice[];
}

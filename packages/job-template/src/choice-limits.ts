/** What one place to run allows. A node type of the hub's catalogue fits as it is. */
export interface PartitionLimits {
  readonly name: string;
  /** How people call it, where that is not its name. */
  readonly title?: string | undefined;
  /** `login`: a plain process on the login node: no account, no QOS, no reservation, one node. Default: `partition`. */
  readonly kind?: 'partition' | 'login' | undefined;
  readonly minNodes: number;
  readonly maxNodes: number;
  readonly gpusPerNode: number;
  readonly gpuType?: string | undefined;
  /** Undefined: no limit. */
  readonly maxMinutes?: number | undefined;
  readonly defaultMinutes?: number | undefined;
  /** The accounts, QOS and reservations that this partition admits; undefined: all that the person has. */
  readonly accounts?: readonly string[] | undefined;
  readonly qos?: readonly string[] | undefined;
  readonly reservations?: readonly string[] | undefined;
  /** True: it takes jobs of a reservation alone. */
  readonly needsReservation?: boolean | undefined;
}

/** What the cluster offers one person now. */
export interface ChoiceLimits {
  readonly partitions: readonly PartitionLimits[];
  /** The accounts (projects, budgets) that the person may charge, the default one first; empty: the site has none. */
  readonly accounts: readonly string[];
  readonly qos: readonly { readonly name: string; readonly maxMinutes?: number | undefined }[];
  /** What goes with an account, by its name; left out: whatever the person has. */
  readonly accountRules?: ReadonlyMap<string, AccountRule> | undefined;
  readonly reservations?: readonly string[] | undefined;
}

/** What one account allows. */
export interface AccountRule {
  /** Undefined: no limit. */
  readonly maxMinutes?: number | undefined;
  /** The QOS that go with it; undefined: all that the person has. */
  readonly qos?: readonly string[] | undefined;
}

/** What the limits of a field depend on. */
export interface FieldSurroundings {
  readonly limits: ChoiceLimits;
  /** The partition that was chosen, when there is such a one. */
  readonly partition: PartitionLimits | undefined;
  /** The account and the QOS that were chosen. */
  readonly account?: ({ readonly name: string } & AccountRule) | undefined;
  readonly qos: ChoiceLimits['qos'][number] | undefined;
}

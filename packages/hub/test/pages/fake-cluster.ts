import type { ConnectorClient } from '@juhub/connector';
import { ConnectorError } from '@juhub/connector';
import type { ProxyClient } from '@juhub/proxy';
import type { ClusterNode, Partition, SlurmClient } from '@juhub/slurm';
import type { LocalSiteConfig } from '../../src/config/config.js';
import { Site } from '../../src/sites/site.js';

/** A cluster that only says what it has: no job ever runs on it. */
export class FakeCluster {
  partitions: Partition[] = [
    makePartition('batch', { isDefault: true, maxTimeMinutes: 1440, defaultTimeMinutes: 30, maxNodes: 4 }),
    makePartition('gpus', { maxTimeMinutes: 120, maxNodes: 2 }),
    makePartition('old', { state: 'DOWN' }),
  ];
  nodes: ClusterNode[] = [
    makeNode('cn1', ['batch'], { cpusAllocated: 48 }),
    makeNode('cn2', ['batch']),
    makeNode('gpu1', ['gpus'], { cpusAllocated: 16, gpus: [{ type: 'a100', count: 4, allocated: 3 }] }),
    makeNode('ancient', ['old'], { usable: false }),
  ];
  /** By UNIX account. */
  projects = new Map<string, string[]>([['alice1', ['zam', 'hai']]]);
  /** Set: no question is answered. */
  away: Error | undefined;
  /** How often it was asked for its partitions. */
  questions = 0;
  /** The scripts that it was asked about and did not get. */
  readonly tried: string[] = [];
  /** Set: it refuses what it is asked about. */
  refusal: Error | undefined;

  readonly slurm = {
    partitions: async () => {
      this.questions += 1;
      this.#reach();
      return this.partitions;
    },
    nodes: async () => {
      this.#reach();
      return this.nodes;
    },
    associations: async (account: string) => {
      this.#reach();
      return (this.projects.get(account) ?? []).map((project) => ({ account: project, qos: ['normal'] }));
    },
    qos: async () => {
      this.#reach();
      return [{ name: 'normal', maxWallMinutes: undefined }];
    },
    testSubmit: async ({ script }: { script: string }) => {
      this.#reach();
      this.tried.push(script);
      if (this.refusal !== undefined) {
        throw this.refusal;
      }
      return { expectedStart: new Date(), nodes: 'cn2', partition: 'batch', message: 'Job 7 to start at once' };
    },
  } as unknown as SlurmClient;

  /** What a site that cannot be asked says. */
  goAway(): void {
    this.away = new ConnectorError('unreachable', 'login1 does not answer (connection timed out).');
  }

  #reach(): void {
    if (this.away !== undefined) {
      throw this.away;
    }
  }
}

/** A site in front of a fake cluster; what is submitted there is never heard of again. */
export class FakeSite extends Site {
  constructor(
    readonly cluster: FakeCluster,
    settings: { name?: string; title?: string } = {},
  ) {
    super({ ...SITE, ...settings }, FAKE_CONNECTOR);
  }

  override slurmAs(): SlurmClient {
    return this.cluster.slurm;
  }
}

const SITE: LocalSiteConfig = {
  kind: 'local',
  name: 'cluster',
  title: 'Demo cluster',
  account: '{user}1',
  accounts: {},
  scheduler: 'slurm',
  loginNode: { title: 'Login node', maxMinutes: 600 },
  pollSeconds: 300,
};

const FAKE_CONNECTOR = {
  run: () => Promise.reject(new ConnectorError('unreachable', 'No command runs on a fake cluster.')),
  listTunnels: async () => [],
  closeTunnel: async () => undefined,
} as unknown as ConnectorClient;

/** A connector and a proxy that have nothing open. */
export const FAKE_ENDS = {
  connector: FAKE_CONNECTOR,
  proxy: {
    listRoutes: async () => ({}),
    getRoute: async () => ({}),
    deleteRoute: async () => undefined,
  } as unknown as ProxyClient,
};

function makePartition(name: string, different: Partial<Partition>): Partition {
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
    tres: {},
    ...different,
  } as Partition;
}

function makeNode(name: string, partitions: string[], different: Partial<ClusterNode> = {}): ClusterNode {
  return {
    name,
    partitions,
    usable: true,
    cpus: 96,
    cpusAllocated: 0,
    memoryMb: 192_000,
    memoryAllocatedMb: 0,
    gpus: [],
    features: [],
    ...different,
  } as ClusterNode;
}

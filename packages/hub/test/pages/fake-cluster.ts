import type { ConnectorClient } from '@juhub/connector';
import { ConnectorError } from '@juhub/connector';
import type { ProxyClient } from '@juhub/proxy';
import type {
  Association,
  ClusterNode,
  JobUsage,
  Partition,
  QueuePosition,
  Reservation,
  SlurmClient,
} from '@juhub/slurm';
import type { LocalSiteConfig } from '../../src/config/config.js';
import { Site, type SiteRun } from '../../src/sites/site.js';
import { makeAssociation, makeNode, makePartition, makeQos } from '../sites/cluster-parts.js';

/** A cluster that only says what it has: no job ever runs on it. */
export class FakeCluster {
  partitions: Partition[] = [
    makePartition('batch', { isDefault: true, maxTimeMinutes: 1440, defaultTimeMinutes: 30, maxNodes: 4 }),
    makePartition('gpus', { maxTimeMinutes: 120, maxNodes: 2 }),
    makePartition('old', { state: 'DOWN' }),
  ];
  nodes: ClusterNode[] = [
    makeNode('cn1', ['batch'], { state: 'mixed', cpusAllocated: 48 }),
    makeNode('cn2', ['batch']),
    makeNode('gpu1', ['gpus'], { state: 'mixed', cpusAllocated: 16, gpus: [{ type: 'a100', count: 4, allocated: 3 }] }),
    makeNode('ancient', ['old'], { state: 'down' }),
  ];
  reservations: Reservation[] = [];
  /** By UNIX account. */
  projects = new Map<string, string[]>([['alice1', ['zam', 'hai']]]);
  /** Set: what accounting says of whoever is asked for, instead of `projects`. */
  associations: Association[] | undefined;
  /** What `id -Gn` prints. */
  groups = 'users';
  /** Set: no question is answered. */
  away: Error | undefined;
  /** Set: no question about accounting is answered. */
  accountingProblem: Error | undefined;
  /** What the log of every server holds; undefined: no log can be read. */
  log: string | undefined;
  usage: JobUsage | undefined;
  positions = new Map<string, QueuePosition>();
  #held: Promise<void> | undefined;
  /** How often it was asked for what. */
  readonly asked = new Map<string, number>();
  /** The UNIX accounts that asked. */
  readonly askers = new Set<string>();
  /** The scripts that it was asked about and did not get. */
  readonly tried: string[] = [];
  /** How many scripts it was asked about at the same time, at the most. */
  mostTrials = 0;
  #trials = 0;
  /** Set: it refuses what it is asked about. */
  refusal: Error | undefined;

  /** How often it was asked for its partitions. */
  get questions(): number {
    return this.asked.get('partitions') ?? 0;
  }

  /** Its Slurm, as an account sees it. */
  slurmAs(asker: string): SlurmClient {
    const ask = async <Answer>(what: string, answer: () => Answer | Promise<Answer>): Promise<Answer> => {
      this.asked.set(what, (this.asked.get(what) ?? 0) + 1);
      this.askers.add(asker);
      if (this.away !== undefined) {
        throw this.away;
      }
      return answer();
    };
    const account = <Answer>(answer: () => Answer) => {
      if (this.accountingProblem !== undefined) {
        throw this.accountingProblem;
      }
      return answer();
    };
    return {
      partitions: () => ask('partitions', () => this.partitions),
      nodes: () => ask('nodes', () => this.nodes),
      reservations: () => ask('reservations', () => this.reservations),
      clusterName: () => ask('clusterName', () => 'cluster'),
      associations: (user: string) =>
        ask('associations', () => account(() => this.associations ?? this.#listProjects(user))),
      positions: () => ask('positions', () => this.positions),
      usageNow: () => ask('usage', () => this.usage),
      usageAtEnd: () => ask('usage', () => this.usage),
      qos: () => ask('qos', () => account(() => [makeQos('normal')])),
      testSubmit: ({ script }: { script: string }) =>
        ask('testSubmit', async () => {
          this.tried.push(script);
          this.#trials += 1;
          this.mostTrials = Math.max(this.mostTrials, this.#trials);
          await this.#held;
          this.#trials -= 1;
          if (this.refusal !== undefined) {
            throw this.refusal;
          }
          return { expectedStart: new Date(), nodes: 'cn2', partition: 'batch', message: 'Job 7 to start at once' };
        }),
    } as unknown as SlurmClient;
  }

  /** Answers no question about a script until what this returns is called. */
  holdTrials(): () => void {
    let release = (): void => undefined;
    this.#held = new Promise((resolve) => {
      release = resolve;
    });
    return () => release();
  }

  /** What a site that cannot be asked says. */
  goAway(): void {
    this.away = new ConnectorError('unreachable', 'login1 does not answer (connection timed out).');
  }

  /** What a command that reads a log prints; undefined for any other, and where no log can be read. */
  readLog(argv: readonly string[]): string | undefined {
    if (this.log === undefined || this.away !== undefined || !String(argv[2]).includes('tail -c')) {
      return undefined;
    }
    this.asked.set('log', (this.asked.get('log') ?? 0) + 1);
    return this.log;
  }

  #listProjects(user: string): Association[] {
    return (this.projects.get(user) ?? []).map((project) => makeAssociation(project, { user }));
  }
}

/** A site in front of a fake cluster; what is submitted there is never heard of again. */
export class FakeSite extends Site {
  constructor(
    readonly cluster: FakeCluster,
    settings: { name?: string; title?: string; serviceAccount?: string } = {},
  ) {
    super({ ...SITE, ...settings }, FAKE_CONNECTOR);
  }

  override slurmAs(account: string): SlurmClient {
    return this.cluster.slurmAs(account);
  }

  override runAs(account: string): SiteRun {
    const run = super.runAs(account);
    return async (command) => {
      const stdout = command.argv[0] === 'id' ? `${this.cluster.groups}\n` : this.cluster.readLog(command.argv);
      return stdout === undefined ? run(command) : { stdout, stderr: '', exitCode: 0 };
    };
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
  startsAtOnce: 10,
};

const FAKE_CONNECTOR = {
  run: () => Promise.reject(new ConnectorError('unreachable', 'No command runs on a fake cluster.')),
  listTunnels: async () => [],
  closeTunnel: async () => undefined,
  listConnections: async () => [],
  check: async () => {
    throw new ConnectorError('connector-away', 'There is no connector before a fake cluster.');
  },
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

import type { ConnectorClient } from '@juhub/connector';
import { SlurmClient } from '@juhub/slurm';
import type { SiteConfig } from '../config/config.js';

/** Runs a command on a site as one UNIX account. Resolves for any exit code; rejects when the site could not be asked. */
export type SiteRun = (command: {
  argv: readonly string[];
  stdin?: string;
  timeoutMs?: number;
  signal?: AbortSignal;
}) => Promise<{ stdout: string; stderr: string; exitCode: number }>;

/** A cluster as the hub reaches it: who somebody is there, and how to ask it things. */
export class Site {
  readonly name: string;
  readonly title: string;
  readonly #clients = new Map<string, SlurmClient>();

  constructor(
    readonly config: SiteConfig,
    private readonly connector: ConnectorClient,
  ) {
    this.name = config.name;
    this.title = config.title ?? config.name;
  }

  /** The login nodes, `HOST:PORT`; none of a site that is this machine itself. */
  get loginNodes(): string[] {
    return this.config.kind === 'ssh' ? this.config.hosts.map(({ host, port }) => `${host}:${port}`) : [];
  }

  get hasSlurm(): boolean {
    return this.config.scheduler === 'slurm';
  }

  /** The UNIX account that a user of the hub has on this site. */
  accountOf(userName: string): string {
    return this.config.accounts?.[userName] ?? this.config.account.replaceAll('{user}', userName);
  }

  runAs(account: string): SiteRun {
    return (command) => this.connector.run({ site: this.name, account, ...command });
  }

  slurmAs(account: string): SlurmClient {
    let client = this.#clients.get(account);
    if (client === undefined) {
      client = new SlurmClient(this.runAs(account));
      this.#clients.set(account, client);
    }
    return client;
  }
}

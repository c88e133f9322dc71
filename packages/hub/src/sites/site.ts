import { type ConnectorClient, ConnectorError } from '@juhub/connector';
import { SlurmClient } from '@juhub/slurm';
import type { SiteConfig } from '../config/config.js';
import { nameProgram } from './name-program.js';

/** Runs a command on a site as one UNIX account. Resolves for any exit code; rejects when the site could not be asked. */
export type SiteRun = (command: {
  argv: readonly string[];
  stdin?: string;
  timeoutMs?: number;
  signal?: AbortSignal;
}) => Promise<{ stdout: string; stderr: string; exitCode: number }>;

/** A command that a site was to run, for whoever counts. */
export interface SiteCommand {
  readonly site: string;
  /** Its program's name, without arguments. */
  readonly program: string;
  /** `answered`, whatever the exit code, or the code of the error that says why the site could not be asked. */
  readonly outcome: string;
  readonly tookMs: number;
}

/** A cluster as the hub reaches it: who somebody is there, and how to ask it things. */
export class Site {
  readonly name: string;
  readonly title: string;
  readonly #clients = new Map<string, SlurmClient>();

  constructor(
    readonly config: SiteConfig,
    private readonly connector: ConnectorClient,
    private readonly onCommand: (command: SiteCommand) => void = () => {},
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
    return async (command) => {
      const startedAt = performance.now();
      let outcome = 'answered';
      try {
        return await this.connector.run({ site: this.name, account, ...command });
      } catch (error) {
        outcome = error instanceof ConnectorError ? error.code : 'internal';
        throw error;
      } finally {
        const program = nameProgram(command.argv);
        this.onCommand({ site: this.name, program, outcome, tookMs: performance.now() - startedAt });
      }
    };
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

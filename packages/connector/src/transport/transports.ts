import { type BackoffPolicy, defaultBackoffPolicy } from '../backoff.js';
import { ConnectorError } from '../connector-error.js';
import type { ConnectorLogger } from '../connector-logger.js';
import type { CheckedSite } from '../connector-site.js';
import { Slots } from '../slots.js';
import { PortProbe } from '../ssh/port-probe.js';
import { planSshWay } from '../ssh/ssh-hop.js';
import { type CommandLimits, defaultCommandLimits } from './command-runner.js';
import { LocalTransport } from './local-transport.js';
import { type SshLimits, SshTransport } from './ssh-transport.js';
import type { ConnectionStatus, Transport } from './transport.js';

/** Every bound of the connector; tests set small ones. */
export interface ConnectorLimits extends CommandLimits, Omit<SshLimits, 'backoff'> {
  backoff: BackoffPolicy;
  /** How many identities may be connecting to one site at a time. */
  connectsPerSite: number;
  /** How long a connection through a tunnel waits for a lost SSH connection to come back. */
  tunnelPatienceMs: number;
}

/** The bounds of a connector in service. */
export const defaultConnectorLimits: ConnectorLimits = {
  ...defaultCommandLimits,
  backoff: defaultBackoffPolicy,
  streamsPerConnection: 800,
  idleCloseMs: 1_800_000,
  sweepEveryMs: 60_000,
  connectsPerSite: 4,
  tunnelPatienceMs: 10_000,
};

/** The transports of all identities, one for each account on each site, made when first asked for. */
export class Transports {
  readonly #sites: ReadonlyMap<string, CheckedSite>;
  readonly #connectSlots = new Map<string, Slots>();
  readonly #probe = new PortProbe();
  #isClosed = false;
  readonly #transports = new Map<string, Transport>();
  readonly #limits: ConnectorLimits;
  readonly #log: ConnectorLogger;

  constructor(sites: readonly CheckedSite[], limits: ConnectorLimits, log: ConnectorLogger) {
    this.#sites = new Map(sites.map((site) => [site.name, site]));
    this.#limits = limits;
    this.#log = log;
  }

  /** @throws ConnectorError `unknown-site`, or `stopped` where a new one would be needed once they are closed */
  find(siteName: string, account: string): Transport {
    const key = JSON.stringify([siteName, account]);
    const existing = this.#transports.get(key);
    if (existing) return existing;
    if (this.#isClosed) throw new ConnectorError('stopped', 'The connector is closing.');
    const site = this.#sites.get(siteName);
    if (!site) throw new ConnectorError('unknown-site', `The connector knows no site named ${siteName}.`);
    const transport = this.#make(site, account);
    this.#transports.set(key, transport);
    return transport;
  }

  list(): ConnectionStatus[] {
    return [...this.#transports.values()].map((transport) => transport.status());
  }

  /** Ends them all; none is made any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#transports.values()].map((transport) => transport.close()));
  }

  #make(site: CheckedSite, account: string): Transport {
    const limits = this.#limits;
    if (site.kind === 'local') {
      return new LocalTransport({ site: site.name, account, limits, connectTimeoutMs: site.connectTimeoutMs });
    }
    const connectSlots = this.#connectSlots.get(site.name) ?? new Slots(limits.connectsPerSite);
    this.#connectSlots.set(site.name, connectSlots);
    const way = planSshWay(site, account);
    const onBack = () => this.#hurryOthers(site.name);
    const probe = this.#probe;
    return new SshTransport({ account, way, commands: limits, limits, connectSlots, probe, onBack, log: this.#log });
  }

  #hurryOthers(site: string): void {
    for (const transport of this.#transports.values()) {
      if (transport instanceof SshTransport && transport.site === site) transport.hurry();
    }
  }
}

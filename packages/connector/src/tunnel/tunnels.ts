import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ConnectorError } from '../connector-error.js';
import type { ConnectorLogger } from '../connector-logger.js';
import type { Transport } from '../transport/transport.js';
import { makePrivateFolder, removeStaleSocket } from '../unix-socket.js';
import { type Endpoint, Tunnel, type TunnelStatus } from './tunnel.js';

/** Settings of `Tunnels`. */
export interface TunnelsOptions {
  /** Where the sockets are, one `<name>.sock` a tunnel; only its owner may enter. */
  folder: string;
  patienceMs: number;
  findTransport: (site: string, account: string) => Transport;
  log: ConnectorLogger;
}

/** All open tunnels, by name. */
export class Tunnels {
  readonly #options: TunnelsOptions;
  readonly #open = new Map<string, Tunnel>();
  /** Requests for one name follow each other, so that two at once do not open two sockets. */
  readonly #queues = new Map<string, Promise<unknown>>();
  #isClosed = false;

  constructor(options: TunnelsOptions) {
    this.#options = options;
  }

  /** Makes the folder and clears it of sockets that a crashed connector left behind. */
  async prepare(): Promise<void> {
    const { folder, log } = this.#options;
    await makePrivateFolder(folder);
    const names = (await readdir(folder)).filter((name) => name.endsWith('.sock'));
    for (const name of names) await removeStaleSocket(join(folder, name));
    if (names.length > 0) log.info({ folder, sockets: names.length }, 'removed sockets of an earlier connector');
  }

  /**
   * Opens a tunnel, or leads the one of that name to another endpoint; its socket stays where it is.
   * @throws ConnectorError `unknown-site`, `stopped` once they are closed, or when the socket cannot be made
   */
  put(name: string, endpoint: Endpoint): Promise<TunnelStatus> {
    return this.#inTurn(name, async () => {
      // Requests still come on open connections of the API: a tunnel of theirs would keep the process alive for ever.
      if (this.#isClosed) throw new ConnectorError('stopped', 'The connector is closing.');
      const transport = this.#options.findTransport(endpoint.site, endpoint.account);
      const existing = this.#open.get(name);
      if (!existing) {
        this.#open.set(name, await this.#openTunnel(name, endpoint, transport));
        this.#options.log.info({ tunnel: name, ...endpoint }, 'tunnel opened');
      } else if (!leadsTo(existing, endpoint)) {
        existing.redirect(endpoint, transport);
        this.#options.log.info({ tunnel: name, ...endpoint }, 'tunnel leads elsewhere');
      }
      return this.get(name);
    });
  }

  /** @throws ConnectorError `unknown-tunnel` */
  get(name: string): TunnelStatus {
    return this.#find(name).status();
  }

  list(): TunnelStatus[] {
    return [...this.#open.values()].map((tunnel) => tunnel.status());
  }

  /**
   * Ends a tunnel and every connection through it.
   * @throws ConnectorError `unknown-tunnel`
   */
  delete(name: string): Promise<void> {
    return this.#inTurn(name, async () => {
      const tunnel = this.#find(name);
      this.#open.delete(name);
      await tunnel.close();
      this.#options.log.info({ tunnel: name }, 'tunnel closed');
    });
  }

  /** Ends them all; none is opened any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#queues.values());
    const tunnels = [...this.#open.values()];
    this.#open.clear();
    await Promise.all(tunnels.map((tunnel) => tunnel.close()));
  }

  #openTunnel(name: string, endpoint: Endpoint, transport: Transport): Promise<Tunnel> {
    const { folder, patienceMs, log } = this.#options;
    return Tunnel.open({ name, socketPath: join(folder, `${name}.sock`), patienceMs, log }, endpoint, transport);
  }

  #find(name: string): Tunnel {
    const tunnel = this.#open.get(name);
    if (!tunnel) throw new ConnectorError('unknown-tunnel', `There is no tunnel named ${name}.`);
    return tunnel;
  }

  async #inTurn<T>(name: string, act: () => Promise<T>): Promise<T> {
    const turn = (this.#queues.get(name) ?? Promise.resolve()).then(act, act);
    this.#queues.set(name, turn);
    try {
      return await turn;
    } finally {
      if (this.#queues.get(name) === turn) this.#queues.delete(name);
    }
  }
}

function leadsTo(tunnel: Tunnel, { site, account, host, port }: Endpoint): boolean {
  const now = tunnel.status();
  return now.site === site && now.account === account && now.host === host && now.port === port;
}

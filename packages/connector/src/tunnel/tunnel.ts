import { rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { ConnectorError } from '../connector-error.js';
import type { ConnectorLogger } from '../connector-logger.js';
import type { Transport } from '../transport/transport.js';
import { listenOnUnixSocket } from '../unix-socket.js';
import { discardStream, joinStreams } from './join-streams.js';

/** Where a tunnel leads: `host:port` as seen from the site, reached by one identity. */
export interface Endpoint {
  site: string;
  account: string;
  host: string;
  port: number;
}

/** A tunnel as it is now. `waiting`: its SSH connection is away and is being opened. */
export interface TunnelStatus extends Endpoint {
  name: string;
  socketPath: string;
  /** When it was opened (ISO 8601). */
  openedAt: string;
  /** Open connections through it. */
  connections: number;
  state: 'open' | 'waiting';
  /** Why its SSH connection is away, or why the last connection through it failed, until one succeeds. */
  lastError?: string | undefined;
}

/** Settings of a `Tunnel`. */
export interface TunnelOptions {
  name: string;
  socketPath: string;
  /** How long a client's connection waits for the SSH connection to come back. */
  patienceMs: number;
  log: ConnectorLogger;
}

/**
 * So much may wait for a client, or for the site, before the other side is stopped: half of what the site may send ahead,
 * so that it need not stop each time the client does.
 */
const waitingBytes = 1024 * 1024;

/** A unix socket here that leads to an endpoint on a site. It stays where it is while its SSH connection comes and goes. */
export class Tunnel {
  readonly #options: TunnelOptions;
  readonly #server: Server;
  readonly #clients = new Set<Socket>();
  readonly #openedAt = new Date().toISOString();
  #endpoint: Endpoint;
  #transport: Transport;
  #release: () => void;
  #lastError: string | undefined;

  private constructor(options: TunnelOptions, endpoint: Endpoint, transport: Transport) {
    this.#options = options;
    this.#endpoint = endpoint;
    this.#transport = transport;
    this.#release = transport.hold();
    // A client may finish its half and still read. With several packets on their way the channel stops less often.
    const settings = { allowHalfOpen: true, highWaterMark: waitingBytes };
    this.#server = createServer(settings, (client) => void this.#serve(client));
  }

  /**
   * Opens the socket (mode 0600). The endpoint need not be there yet.
   * @throws ConnectorError when the socket cannot be made
   */
  static async open(options: TunnelOptions, endpoint: Endpoint, transport: Transport): Promise<Tunnel> {
    const tunnel = new Tunnel(options, endpoint, transport);
    try {
      await listenOnUnixSocket(tunnel.#server, options.socketPath);
    } catch (error) {
      tunnel.#release();
      throw error;
    }
    return tunnel;
  }

  /** Leads new connections elsewhere; open ones stay where they are. */
  redirect(endpoint: Endpoint, transport: Transport): void {
    const release = this.#release;
    this.#release = transport.hold();
    release();
    this.#endpoint = endpoint;
    this.#transport = transport;
    this.#lastError = undefined;
  }

  status(): TunnelStatus {
    const connection = this.#transport.status();
    return {
      name: this.#options.name,
      socketPath: this.#options.socketPath,
      ...this.#endpoint,
      openedAt: this.#openedAt,
      connections: this.#clients.size,
      state: connection.state === 'connected' ? 'open' : 'waiting',
      lastError: connection.lastError ?? this.#lastError,
    };
  }

  /** Ends the tunnel and every connection through it. */
  async close(): Promise<void> {
    this.#release();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const client of this.#clients) client.destroy();
    await closed;
    await rm(this.#options.socketPath, { force: true });
  }

  async #serve(client: Socket): Promise<void> {
    this.#clients.add(client);
    const wait = new AbortController();
    const { patienceMs } = this.#options;
    const timer = setTimeout(() => {
      wait.abort(new ConnectorError('timed-out', `No connection within ${patienceMs / 1000} s.`));
    }, patienceMs);
    client.once('close', () => {
      this.#clients.delete(client);
      wait.abort(new ConnectorError('stopped', 'The client has gone.'));
    });
    client.on('error', () => client.destroy());
    const far = await this.#reach(wait.signal);
    clearTimeout(timer);
    if (far && !client.destroyed) {
      joinStreams(client, far);
      return;
    }
    client.destroy();
    if (far) discardStream(far);
  }

  async #reach(signal: AbortSignal): Promise<Duplex | undefined> {
    const { host, port } = this.#endpoint;
    try {
      const far = await this.#transport.openStream(host, port, signal);
      this.#lastError = undefined;
      return far;
    } catch (error) {
      const { code, message } = ConnectorError.from(error);
      if (code === 'stopped') return undefined;
      this.#lastError = message;
      this.#options.log.warn(
        { tunnel: this.#options.name, host, port, error: message },
        'no connection through the tunnel',
      );
      return undefined;
    }
  }
}

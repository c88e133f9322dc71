import type { Server, Socket } from 'node:net';
import type { ClientLine } from '../client-exchange.js';
import type { TrustedProxies } from '../headers/client-address.js';
import { networkOf } from '../headers/network-of.js';
import type { ProxyLimits } from '../limits.js';
import type { ProxyMetrics } from '../metrics/proxy-metrics.js';
import { ProxyError } from '../proxy-error.js';
import type { ProxyLogger } from '../proxy-logger.js';

interface ConnectionLimitsOptions {
  limits: ProxyLimits;
  trustedProxies: TrustedProxies;
  metrics: ProxyMetrics;
  log: ProxyLogger;
}

interface Closing {
  once(event: 'close', listener: () => void): unknown;
}

/** A log that an attacker could fill would be a gift to them. */
const sayEveryMs = 60_000;

/** Refuses connections beyond the limits, before anything of them is read. */
export class ConnectionLimits {
  readonly #options: ConnectionLimitsOptions;
  /** How much is open on all servers together, by client network. */
  readonly #open = new Map<string, number>();
  #sayAgainAtMs = 0;

  constructor(options: ConnectionLimitsOptions) {
    this.#options = options;
  }

  /**
   * Closes connections of this server beyond the limits as soon as they come. What all clients have open, each server
   * counts for itself.
   */
  guard(server: Server): void {
    const { connections, connectionsPerClient } = this.#options.limits;
    if (connections > 0) {
      server.maxConnections = connections;
      server.on('drop', (dropped) => this.#noteRefused('connections', dropped?.remoteAddress));
    }
    if (connectionsPerClient > 0) server.on('connection', (socket: Socket) => this.#take(socket));
  }

  /**
   * Counts what is under way of a client behind a trusted proxy, whose connections are not its own, until `exchange` is
   * closed. Throws `too-many-connections`.
   */
  admit(line: ClientLine, client: string | undefined, exchange: Closing): void {
    if (this.#options.limits.connectionsPerClient === 0 || client === undefined) return;
    if (!this.#options.trustedProxies.trusts(line.remoteAddress)) return;
    const release = this.#count(client);
    if (release === undefined) {
      throw new ProxyError(
        'too-many-connections',
        'Too much is open from your address at the same time. Close some pages, or try again later.',
      );
    }
    exchange.once('close', release);
  }

  #take(socket: Socket): void {
    const { remoteAddress } = socket;
    if (remoteAddress === undefined || this.#options.trustedProxies.trusts(remoteAddress)) return;
    const release = this.#count(remoteAddress);
    if (release === undefined) socket.destroy();
    else socket.once('close', release);
  }

  /** Nothing when it would be one too many. */
  #count(address: string): (() => void) | undefined {
    const network = networkOf(address);
    const open = (this.#open.get(network) ?? 0) + 1;
    if (open > this.#options.limits.connectionsPerClient) {
      this.#noteRefused('client', network);
      return undefined;
    }
    this.#open.set(network, open);
    return () => {
      const left = (this.#open.get(network) ?? 1) - 1;
      if (left === 0) this.#open.delete(network);
      else this.#open.set(network, left);
    };
  }

  #noteRefused(limit: 'connections' | 'client', from: string | undefined): void {
    const { metrics, log, limits } = this.#options;
    metrics.refusedConnections[limit] += 1;
    const nowMs = performance.now();
    if (nowMs < this.#sayAgainAtMs) return;
    this.#sayAgainAtMs = nowMs + sayEveryMs;
    const refused = metrics.refusedConnections[limit];
    const most = limit === 'client' ? limits.connectionsPerClient : limits.connections;
    const of = limit === 'client' ? 'one client address' : 'all clients together';
    log.warn({ from, most, refused }, `Connections are refused: more than ${most} of ${of}`);
  }
}

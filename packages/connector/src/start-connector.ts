import { createConnectorApi } from './api/connector-api.js';
import { checkShape } from './api/read-body.js';
import { ConnectorError } from './connector-error.js';
import type { ConnectorLogger } from './connector-logger.js';
import { type CheckedSite, type ConnectorSite, connectorSiteSchema } from './connector-site.js';
import { hasAddon } from './ssh/packet-loan.js';
import type { ConnectionStatus } from './transport/transport.js';
import { type ConnectorLimits, defaultConnectorLimits, Transports } from './transport/transports.js';
import type { TunnelStatus } from './tunnel/tunnel.js';
import { Tunnels } from './tunnel/tunnels.js';
import { listenOnUnixSocket } from './unix-socket.js';

/** What a connector needs. */
export interface ConnectorOptions {
  sites: readonly ConnectorSite[];
  /** Where its API listens (0600); the folder is made 0700, or must be so. */
  socketPath: string;
  /** Where the sockets of tunnels are; made 0700, or must be so. */
  tunnelDir: string;
  log: ConnectorLogger;
  /** Other bounds than the usual ones, for tests. */
  limits?: Partial<ConnectorLimits>;
}

/** A connector in service. */
export interface Connector {
  /** The connection of every identity that was ever asked for. */
  connections(): ConnectionStatus[];
  tunnels(): TunnelStatus[];
  /** Ends commands, tunnels and connections, and removes the sockets. */
  close(): Promise<void>;
}

const missingAddon =
  'The native part of ssh2 is missing, so tunnels take twice the processor time. `npm rebuild ssh2` makes it, with Python, make and a C++ compiler.';

/**
 * Starts a connector; it connects to no site before it is asked to.
 * @throws ConnectorError `already-running`, `socket-folder`, or `bad-request` for a site that cannot be used
 */
export async function startConnector(options: ConnectorOptions): Promise<Connector> {
  const { socketPath, tunnelDir, log } = options;
  const limits = { ...defaultConnectorLimits, ...options.limits };
  const transports = new Transports(checkSites(options.sites), limits, log);
  const tunnels = new Tunnels({
    folder: tunnelDir,
    patienceMs: limits.tunnelPatienceMs,
    findTransport: (site, account) => transports.find(site, account),
    log,
  });
  const api = createConnectorApi({ transports, tunnels, log });
  // The API's socket comes first: who holds it is the only connector here, and may clear the folder of tunnels.
  await listenOnUnixSocket(api, socketPath);
  const close = async () => {
    const apiClosed = new Promise<void>((resolve) => api.close(() => resolve()));
    await tunnels.close();
    await transports.close();
    // Callers get the answers of their ended commands; who does not take his is cut off.
    const cut = setTimeout(() => api.closeAllConnections(), 1000);
    api.closeIdleConnections();
    await apiClosed;
    clearTimeout(cut);
    log.info({ socketPath }, 'connector closed');
  };
  try {
    await tunnels.prepare();
  } catch (error) {
    await close();
    throw error;
  }
  log.info({ socketPath, tunnelDir, sites: options.sites.map(({ name }) => name) }, 'connector started');
  if (!hasAddon) log.warn({}, missingAddon);
  return { close, connections: () => transports.list(), tunnels: () => tunnels.list() };
}

function checkSites(sites: readonly ConnectorSite[]): CheckedSite[] {
  const names = new Set<string>();
  return sites.map((site) => {
    if (names.has(site.name)) throw new ConnectorError('bad-request', `Two sites are named ${site.name}.`);
    names.add(site.name);
    return checkShape(site, connectorSiteSchema);
  });
}

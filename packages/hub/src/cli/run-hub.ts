import http from 'node:http';
import { connect } from 'node:net';
import { createApi } from '../api/create-api.js';
import { loadConfig } from '../config/load-config.js';
import { statePaths } from '../config/state-paths.js';
import { listenPrivately } from '../listen-privately.js';
import { registerPages } from '../pages/register-pages.js';
import { openServices } from '../services.js';
import { createRegistry } from '../status/create-registry.js';
import { createApp } from '../web/create-app.js';
import { createLog } from './create-log.js';
import type { Part } from './part.js';
import { withStatus } from './with-status.js';

/** A page that is still being written when the hub stops gets this long. */
const DRAIN_MS = 2_000;

/** Runs the hub: database, servers and pages, on a unix socket that only this account can reach. */
export async function runHub(configFile: string): Promise<Part> {
  const config = loadConfig(configFile);
  const { hubSocket, statusSockets } = statePaths(config.stateDir);
  await refuseSecondHub(hubSocket);
  const log = createLog('hub', config.log.level);
  const registry = createRegistry('hub');
  const services = await openServices(config, log, registry);
  const server = http.createServer(createApp(services, registerPages, createApi).callback());
  await listenPrivately(server, hubSocket);
  const close = async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    // Progress pages hold their answers open for as long as they are looked at: browsers ask again by themselves.
    server.closeIdleConnections();
    const late = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
    await closed;
    clearTimeout(late);
    await services.close();
  };
  const findTroubles = async () => (await services.status.health()).troubles;
  const part = await withStatus({ close }, { socketPath: statusSockets.hub, registry, findTroubles });
  log.info({ hubSocket }, 'the hub is listening');
  return part;
}

/** Two hubs would both submit jobs for the same rows. */
async function refuseSecondHub(hubSocket: string): Promise<void> {
  const answers = await new Promise<boolean>((resolve) => {
    const probe = connect(hubSocket);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });
  if (answers) {
    throw new Error(
      `A hub is running already: it answers on ${hubSocket}. Stop it first, or give this one another stateDir.`,
    );
  }
}

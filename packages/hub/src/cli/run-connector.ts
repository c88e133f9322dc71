import { startConnector } from '@juhub/connector';
import { loadConfigWithFiles } from '../config/load-config.js';
import { makeStateDir } from '../config/state-paths.js';
import { addConnectorFigures } from '../status/connector-figures.js';
import { createRegistry } from '../status/create-registry.js';
import { findConnectionTroubles } from '../status/find-troubles.js';
import { toConnectorSite } from './connector-site.js';
import { createLog } from './create-log.js';
import type { Part } from './part.js';
import { withStatus } from './with-status.js';

/** Runs the connector: of the settings it reads only how to reach the sites. */
export async function runConnector(configFile: string): Promise<Part> {
  const config = loadConfigWithFiles(configFile);
  const paths = makeStateDir(config.stateDir);
  const connector = await startConnector({
    sites: config.sites.map(toConnectorSite),
    socketPath: paths.connectorSocket,
    tunnelDir: paths.tunnelDir,
    log: createLog('connector', config.log.level),
  });
  const registry = createRegistry('connector');
  addConnectorFigures(registry, connector);
  return withStatus(connector, {
    socketPath: paths.statusSockets.connector,
    registry,
    findTroubles: async () => findConnectionTroubles(connector.connections()),
  });
}

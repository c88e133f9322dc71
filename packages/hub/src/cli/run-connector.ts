import { startConnector } from '@juhub/connector';
import { loadConfigWithFiles } from '../config/load-config.js';
import { makeStateDir } from '../config/state-paths.js';
import { toConnectorSite } from './connector-site.js';
import { createLog } from './create-log.js';
import type { Part } from './part.js';

/** Runs the connector: of the settings it reads only how to reach the sites. */
export async function runConnector(configFile: string): Promise<Part> {
  const config = loadConfigWithFiles(configFile);
  const paths = makeStateDir(config.stateDir);
  return startConnector({
    sites: config.sites.map(toConnectorSite),
    socketPath: paths.connectorSocket,
    tunnelDir: paths.tunnelDir,
    log: createLog('connector', config.log.level),
  });
}

export { ConnectorClient } from './api/connector-client.js';
export { ConnectorError, type ConnectorErrorCode, type ConnectorErrorJson } from './connector-error.js';
export type { ConnectorLogger } from './connector-logger.js';
export {
  accountPattern,
  type ConnectorSite,
  checkConnectorSite,
  connectorSiteFields,
  connectorSiteSchema,
} from './connector-site.js';
export { Slots } from './slots.js';
export { type Connector, type ConnectorOptions, startConnector } from './start-connector.js';
export type { CheckReport, CheckStep, ConnectionStatus } from './transport/transport.js';
export type { TunnelStatus } from './tunnel/tunnel.js';

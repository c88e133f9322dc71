export {
  createGateKeys,
  type GatePayload,
  type GateTokenReading,
  signGateToken,
  verifyGateToken,
} from './gate-token.js';
export type { BoundAddress, ListenAddress } from './listen.js';
export { ProxyClient, type ProxyClientOptions } from './proxy-client.js';
export { ProxyError, type ProxyErrorCode } from './proxy-error.js';
export type { ProxyLogger } from './proxy-logger.js';
export type { RouteEntry } from './route.js';
export type { GateRule, OwnRouteData, RouteBody } from './route-body.js';
export { type ProxyOptions, type RunningProxy, startProxy } from './start-proxy.js';
export type { ProxyTimeouts } from './timeouts.js';

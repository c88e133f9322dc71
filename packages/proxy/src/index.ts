export { ProxyClient, type ProxyClientOptions } from './admin/proxy-client.js';
export {
  createGateKeys,
  type GatePayload,
  type GateTokenReading,
  signGateToken,
  verifyGateToken,
} from './gate/gate-token.js';
export { TrustedProxies } from './headers/client-address.js';
export { networkOf } from './headers/network-of.js';
export type { ProxyLimits } from './limits.js';
export type { BoundAddress, ListenAddress } from './listen.js';
export { ProxyError, type ProxyErrorCode } from './proxy-error.js';
export type { ProxyLogger } from './proxy-logger.js';
export type { RouteEntry } from './routes/route.js';
export type { GateRule, OwnRouteData, RouteBody } from './routes/route-body.js';
export { type ProxyLoad, type ProxyOptions, type RunningProxy, startProxy } from './start-proxy.js';
export type { ProxyTimeouts } from './timeouts.js';
export { describeCertificateEnd } from './tls/certificate-end.js';
export { KeptCertificate, type KeptCertificateFiles, readKeptPair } from './tls/kept-certificate.js';
export { TlsFileError } from './tls/tls-files.js';

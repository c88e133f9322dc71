import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import type { ProxyLimits } from '../limits.js';
import { OpenConnections } from '../open-connections.js';
import { ClientConnection, type ClientConnectionOptions } from './http1/client-connection.js';
import { offeredProtocols, serveHttp2 } from './http2/serve-http2.js';
import { type TakeOptions, takeRequest, takeUpgrade } from './take-request.js';

/** What the public face is made of. */
export interface PublicServerOptions extends TakeOptions {
  /** With it the server speaks HTTPS. */
  tls: TlsOptions | undefined;
  /** Whether browsers may choose HTTP/2; over TLS alone. */
  http2: boolean;
  limits: ProxyLimits;
}

const keepAliveProbeMs = 60_000;

/** The server that the world reaches. Heads are read strictly and within a time; bodies and open streams may last. */
export function createPublicServer(options: PublicServerOptions): { server: Server; connections: OpenConnections } {
  const { timeouts, tls, http2, accessLog, connectionLimits } = options;
  const settings = { noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveProbeMs };
  const secure = { handshakeTimeout: timeouts.headersMs, ALPNProtocols: offeredProtocols(http2), ...tls };
  const tlsServer = tls && createTlsServer({ ...settings, ...secure });
  const server: Server = tlsServer ?? createServer({ ...settings, allowHalfOpen: true });
  const connections = new OpenConnections(server);
  connectionLimits.guard(server);
  const connectionOptions: ClientConnectionOptions = {
    ...{ timeouts, sweeper: options.sweeper, headerBytes: options.limits.headerBytes, isSecure: tls !== undefined },
    onRequest: (request, answer, fault) => takeRequest(request, answer, options, fault),
    onUpgrade: (upgrade, fault) => takeUpgrade(upgrade, options, fault),
    onNonsense: (socket, status) => accessLog?.noteNonsense(socket, status),
    onGone: (socket) => connections.release(socket),
  };
  server.on(tls ? 'secureConnection' : 'connection', (socket: Socket) => {
    connections.adopt(socket, new ClientConnection(socket, connectionOptions));
  });
  if (tlsServer === undefined) return { server, connections };
  if (http2) serveHttp2(tlsServer, connections, options);
  tlsServer.on('tlsClientError', (error: Error & { code?: string }, socket) => {
    if (error.code !== 'ECONNRESET' && socket.writable) accessLog?.noteNonsense(socket, 400);
    socket.destroy();
  });
  return { server, connections };
}

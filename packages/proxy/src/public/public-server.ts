import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TlsOptions } from 'node:tls';
import { UpgradeRequest } from '../forward/upgrade-request.js';
import type { ProxyLimits } from '../limits.js';
import { OpenConnections } from '../open-connections.js';
import { answerParseError } from './answer-parse-error.js';
import { ConnectionLimits } from './connection-limits.js';
import { offeredProtocols, serveHttp2 } from './http2/serve-http2.js';
import { type TakeOptions, takeRequest, takeUpgrade } from './take-request.js';

/** What the public face is made of. */
export interface PublicServerOptions extends Omit<TakeOptions, 'connectionLimits'> {
  /** With it the server speaks HTTPS. */
  tls: TlsOptions | undefined;
  /** Whether browsers may choose HTTP/2; over TLS alone. */
  http2: boolean;
  limits: ProxyLimits;
}

const keepAliveProbeMs = 60_000;

/** The server that the world reaches. Node's strict parser reads what comes; bodies and open streams may last. */
export function createPublicServer(options: PublicServerOptions): { server: Server; connections: OpenConnections } {
  const { timeouts, tls, http2 } = options;
  const { headerBytes } = options.limits;
  const settings: ServerOptions = {
    maxHeaderSize: headerBytes,
    insecureHTTPParser: false,
    requireHostHeader: false, // checked with everything else about the head, and answered like it
    headersTimeout: timeouts.headersMs,
    requestTimeout: 0, // see BodyWatch
    keepAliveTimeout: timeouts.idleMs,
    connectionsCheckingInterval: Math.min(5_000, timeouts.headersMs),
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: keepAliveProbeMs,
  };
  const secure = { handshakeTimeout: timeouts.headersMs, ALPNProtocols: offeredProtocols(http2), ...tls };
  const server: Server = tls ? createTlsServer({ ...settings, ...secure }) : createServer(settings);
  server.timeout = timeouts.silenceMs;
  server.maxHeadersCount = 0; // every header must be seen; `headerBytes` bounds them
  const connections = new OpenConnections(server);
  const connectionLimits = new ConnectionLimits(options);
  connectionLimits.guard(server);
  const parts = { ...options, connectionLimits };
  if (tls && http2) serveHttp2(server, connections, parts);
  const take = (request: IncomingMessage, response: ServerResponse): void => takeRequest(request, response, parts);
  server.on('request', take);
  server.on('checkContinue', take); // the target says whether it wants the body
  server.on('checkExpectation', take);
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    // Bytes of an upgraded connection among those of an earlier answer would be anybody's guess.
    if (!(socket instanceof Socket) || connections.isBusy(socket)) {
      socket.destroy();
      return;
    }
    connections.forget(socket);
    socket.setTimeout(0);
    takeUpgrade(new UpgradeRequest(request, socket, head), parts);
  };
  server.on('upgrade', upgrade);
  server.on('connect', upgrade);
  server.on('clientError', (error, socket) => {
    const status = answerParseError(error, socket, { connections, headerBytes });
    if (status !== undefined && socket instanceof Socket) options.accessLog?.noteNonsense(socket, status);
  });
  return { server, connections };
}

import { createServer, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import type { Server, TLSSocket } from 'node:tls';
import type { ProxyLimits } from '../../limits.js';
import type { OpenConnections } from '../../open-connections.js';
import { type TakeOptions, takeRequest, takeUpgrade } from '../take-request.js';
import { type BadEnd, ClientSession } from './client-session.js';
import { DecryptedStream } from './decrypted-stream.js';
import { Http2Answer } from './http2-answer.js';
import { Http2Request } from './http2-request.js';
import { Http2Upgrade } from './http2-upgrade.js';
import { readHttp2Head } from './read-http2-head.js';

interface ServeHttp2Options extends TakeOptions {
  limits: ProxyLimits;
}

/** Requests and WebSockets of one connection at a time; of more the client waits, or is refused. */
const mostStreams = 128;
/** What one stream may send before somebody reads it. */
const streamWindowBytes = 256 * 1024;
const mostInvalidFrames = 100;
const bytesPerHeader = 32;
/** Of an answer, packed; a target's head of 64 KB fits whatever it holds. */
const mostAnswerHeadBytes = 256 * 1024;

/** What clients may choose from in the handshake of TLS (ALPN); without a word they get HTTP/1.1. */
export function offeredProtocols(http2: boolean): string[] {
  return http2 ? ['h2', 'http/1.1'] : ['http/1.1'];
}

/**
 * Lets a server of HTTPS speak HTTP/2, too: a connection that has chosen it goes its own way, all others reach those
 * who have listened before. Nothing changes for them.
 */
export function serveHttp2(server: Server, connections: OpenConnections, options: ServeHttp2Options): void {
  const { headerBytes } = options.limits;
  const http2 = createServer({
    settings: {
      enableConnectProtocol: true,
      initialWindowSize: streamWindowBytes,
      maxConcurrentStreams: mostStreams,
      maxHeaderListSize: 2 * headerBytes, // what lies between gets an answer that says why
    },
    maxHeaderListPairs: Math.ceil((2 * headerBytes) / bytesPerHeader),
    maxSendHeaderBlockLength: mostAnswerHeadBytes,
    maxSessionInvalidFrames: mostInvalidFrames,
  });
  const others = server.listeners('secureConnection');
  server.removeAllListeners('secureConnection');
  server.on('secureConnection', (socket: TLSSocket) => {
    if (socket.alpnProtocol !== 'h2') {
      for (const listener of others) listener.call(server, socket);
      return;
    }
    const take = (session: ServerHttp2Session): void =>
      connections.adopt(socket, openSession(session, socket, options));
    http2.once('session', take);
    http2.emit('connection', new DecryptedStream(socket)); // begins the session before it returns
    http2.off('session', take); // or does not, for a socket that is gone
  });
}

function openSession(session: ServerHttp2Session, socket: Socket, options: ServeHttp2Options): ClientSession {
  const { timeouts, sweeper, log, limits } = options;
  const { remoteAddress } = socket;
  const onStream = (stream: ServerHttp2Stream, rawHeaders: readonly string[]): void => {
    const head = readHttp2Head(rawHeaders, stream.endAfterHeaders, limits);
    const request = new Http2Request(stream, head, remoteAddress);
    if (head.isUpgrade) takeUpgrade(new Http2Upgrade(stream, request), options, head.fault);
    else takeRequest(request, new Http2Answer(stream, request), options, head.fault);
  };
  const onBadEnd = (why: BadEnd, code?: string): void => {
    options.metrics.http2BadEnds[why] += 1;
    log.debug({ from: remoteAddress, why, code }, 'A connection of HTTP/2 came to a bad end');
  };
  return new ClientSession(session, socket, { timeouts, sweeper, onStream, onBadEnd });
}

import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { BufferedSocket, ChunkSocket, type ReadSocket, type SocketReader } from '../reading/read-socket.js';
import type { Target } from '../routes/target.js';
import type { TargetTls } from './target-tls.js';

/** A socket to a target. */
export type TargetSocket = ReadSocket<Socket>;

const keepAliveProbeMs = 30_000;

/** Begins to connect to a target. When the target ends, the socket emits `end` and does not close by itself. */
export function openTargetSocket({ secure, address }: Target, reader: SocketReader, tls: TargetTls = {}): TargetSocket {
  const common = { noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveProbeMs, allowHalfOpen: true };
  const where = 'socketPath' in address ? { path: address.socketPath } : address;
  if (!secure) return new BufferedSocket(reader, (onread) => connect({ ...common, ...where, onread }));
  const host = 'host' in address ? address.host : '';
  const servername = isIP(host) === 0 ? { servername: host } : {};
  const socket = connectTls({ ...tls, ...common, ...where, ...servername, ALPNProtocols: ['http/1.1'] });
  return new ChunkSocket(socket, reader);
}

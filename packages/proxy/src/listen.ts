import { chmod, lstat, unlink } from 'node:fs/promises';
import { createConnection, type Server } from 'node:net';

/**
 * Where a server listens: a port (0: a free one; host `::`: all addresses), a socket that was opened by somebody else, or
 * a unix socket.
 */
export type ListenAddress = { host: string; port: number } | { fd: number } | { socketPath: string };

/** Where a server really listens. */
export type BoundAddress = { host: string; port: number } | { socketPath: string } | { fd: number };

const ownerOnly = 0o600;

/**
 * Starts listening. A unix socket is its owner's alone, or may have as much of `mostMode` as the umask allows; one that a
 * dead process left behind is taken over, one that somebody answers on is not (EADDRINUSE). Rejects with Node's own error.
 */
export async function listen(server: Server, where: ListenAddress, mostMode = ownerOnly): Promise<BoundAddress> {
  if ('socketPath' in where) await removeDeadSocket(where.socketPath);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(toNodeOptions(where), () => {
      server.off('error', reject);
      resolve();
    });
  });
  if ('socketPath' in where) await chmod(where.socketPath, (await lstat(where.socketPath)).mode & mostMode);
  const address = server.address();
  if (address !== null && typeof address === 'object') return { host: address.address, port: address.port };
  return 'fd' in where ? where : { socketPath: String(address) };
}

/**
 * Without a host Node takes all addresses of IPv6 and IPv4, or of IPv4 alone where the kernel has no IPv6; `::` would
 * fail there.
 */
function toNodeOptions(where: ListenAddress): { path: string } | { fd: number } | { host?: string; port: number } {
  if ('socketPath' in where) return { path: where.socketPath };
  return 'host' in where && where.host === '::' ? { port: where.port } : where;
}

async function removeDeadSocket(socketPath: string): Promise<void> {
  const stats = await lstat(socketPath).catch(() => undefined);
  if (stats?.isSocket() !== true) return; // nothing, or something that is not ours to remove: listening will say so
  const code = await new Promise<string | undefined>((resolve) => {
    const probe = createConnection(socketPath);
    probe.once('connect', () => {
      probe.destroy();
      resolve(undefined);
    });
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
  });
  if (code === 'ECONNREFUSED') await unlink(socketPath);
}

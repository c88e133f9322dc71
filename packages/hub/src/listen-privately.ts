import { chmodSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';

/** Listens on a unix socket that only this account can reach; one that a dead process left behind gives way. */
export async function listenPrivately(server: Server, socketPath: string): Promise<void> {
  rmSync(socketPath, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, resolve);
  });
  chmodSync(socketPath, 0o600);
}

import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { KeptCertificate, startProxy } from '@juhub/proxy';
import { readProxyToken } from '../auth/secret-files.js';
import { nameTlsFiles } from '../config/check-tls.js';
import type { ListenAddress, PublicAddress } from '../config/config.js';
import { loadProxyConfig } from '../config/load-config.js';
import { formatHostPort } from '../config/parse-address.js';
import { makeStateDir } from '../config/state-paths.js';
import { createRegistry } from '../status/create-registry.js';
import { findProxyTroubles } from '../status/find-troubles.js';
import { addProxyFigures } from '../status/proxy-figures.js';
import { createLog } from './create-log.js';
import type { Part } from './part.js';
import { withStatus } from './with-status.js';

const KEY_WITHIN_MS = 30_000;

/**
 * Runs the proxy: it reads its own settings alone, and of the gate's keys only the public half, which the hub makes.
 * SIGHUP opens the access log anew and reads the certificate again, which also happens by itself when its files change.
 */
export async function runProxy(configFile: string): Promise<Part> {
  const config = loadProxyConfig(configFile);
  const paths = makeStateDir(config.stateDir);
  const { url, listen, tls, redirect, trustedProxies, accessLog, maxConnections, maxConnectionsPerClient } =
    config.public;
  const log = createLog('proxy', config.log.level);
  const certificate = tls && new KeptCertificate(nameTlsFiles(tls), log);
  const proxy = await startProxy({
    listen,
    tls: certificate?.pair,
    redirect: redirect && { listen: redirect, origin: url },
    trustedProxies,
    accessLog,
    limits: { connections: maxConnections, connectionsPerClient: maxConnectionsPerClient },
    admin: { socketPath: paths.proxyAdminSocket },
    adminToken: readProxyToken(paths),
    routesFile: paths.proxyRoutes,
    publicUrl: url,
    gate: { publicKey: await readGatePublicKey(paths.gatePublicKey), signInPath: '/hub/gate' },
    defaultTarget: `unix+http://${encodeURIComponent(paths.hubSocket)}`,
    log,
  }).catch((error: unknown) => {
    throw explainListen(error, config.public);
  });
  const renew = (pair: KeptCertificate['pair']) => proxy.renewCertificates({ tls: pair });
  certificate?.watch(renew);
  // Always taken, or a reload of a proxy that has neither would end it.
  process.on('SIGHUP', () => {
    proxy.reopenLogs();
    certificate?.readAgain(renew);
  });
  const registry = createRegistry('proxy');
  addProxyFigures(registry, proxy);
  return withStatus(proxy, {
    socketPath: paths.statusSockets.proxy,
    registry,
    findTroubles: () => findProxyTroubles(paths.hubSocket, certificate),
  });
}

/** Says in words why an address can't be listened on, and what to do about it. */
function explainListen(error: unknown, { listen, redirect }: PublicAddress): unknown {
  const { code, port } = error as NodeJS.ErrnoException & { port?: number };
  const isRedirect = redirect !== undefined && 'port' in redirect && redirect.port === port;
  const setting = isRedirect ? 'public.redirect' : 'public.listen';
  const where = writeAddress(isRedirect ? redirect : listen);
  switch (code) {
    case 'EADDRINUSE':
      return new Error(`Another program listens on ${where}. Stop it, or choose another ${setting}.`, { cause: error });
    case 'EACCES':
      return new Error(
        `This account may not listen on ${where}. Choose a port from 1024 on as ${setting}, or let systemd open it (fd:3).`,
        { cause: error },
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new Error(`This machine has no address ${where}. Choose another ${setting}.`, { cause: error });
    default:
      return error;
  }
}

function writeAddress(address: ListenAddress): string {
  return 'host' in address ? formatHostPort(address) : JSON.stringify(address);
}

/** At the very first start the hub may still be making the key: both are started at the same time. */
async function readGatePublicKey(file: string): Promise<string> {
  const deadline = performance.now() + KEY_WITHIN_MS;
  for (;;) {
    try {
      return await readFile(file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || performance.now() > deadline) {
        throw new Error(`The gate's public key ${file} cannot be read: start the hub once, it makes the key.`, {
          cause: error,
        });
      }
      await delay(50);
    }
  }
}

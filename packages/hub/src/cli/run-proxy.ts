import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { startProxy } from '@juhub/proxy';
import { readProxyToken } from '../auth/secret-files.js';
import { loadProxyConfig } from '../config/load-config.js';
import { makeStateDir } from '../config/state-paths.js';
import { createLog } from './create-log.js';
import type { Part } from './part.js';

const KEY_WITHIN_MS = 30_000;

/** Runs the proxy: it reads its own settings alone, and of the gate's keys only the public half, which the hub makes. */
export async function runProxy(configFile: string): Promise<Part> {
  const config = loadProxyConfig(configFile);
  const paths = makeStateDir(config.stateDir);
  return startProxy({
    listen: config.public.listen,
    admin: { socketPath: paths.proxyAdminSocket },
    adminToken: readProxyToken(paths),
    publicUrl: config.public.url,
    gate: { publicKey: await readGatePublicKey(paths.gatePublicKey), signInPath: '/hub/gate' },
    defaultTarget: `unix+http://${encodeURIComponent(paths.hubSocket)}`,
    log: createLog('proxy', config.log.level),
  });
}

/** At the very first start the hub may still be making the key: both are started at the same time. */
async function readGatePublicKey(file: string): Promise<string> {
  const deadline = Date.now() + KEY_WITHIN_MS;
  for (;;) {
    try {
      return await readFile(file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || Date.now() > deadline) {
        throw new Error(`The gate's public key ${file} cannot be read: start the hub once, it makes the key.`, {
          cause: error,
        });
      }
      await delay(50);
    }
  }
}

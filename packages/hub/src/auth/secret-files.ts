import { createPrivateKey, createPublicKey, type KeyObject, randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { createGateKeys } from '@juhub/proxy';
import type { StatePaths } from '../config/state-paths.js';

/**
 * The hub's half of the gate's keys: made at the first start (0600), together with the public half for the proxy. Of
 * two processes that start at the same time one makes them, and both get the same.
 */
export function readGateKey(paths: Pick<StatePaths, 'gatePrivateKey' | 'gatePublicKey'>): KeyObject {
  const privateKey = createPrivateKey(readOrMake(paths.gatePrivateKey, () => createGateKeys().privateKey));
  const publicPem = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' });
  const fresh = `${paths.gatePublicKey}.${process.pid}`;
  writeFileSync(fresh, publicPem, { mode: 0o644 });
  renameSync(fresh, paths.gatePublicKey);
  return privateKey;
}

/** The secret that hub and proxy share for the proxy's admin API: made by whichever starts first (0600). */
export function readProxyToken(paths: Pick<StatePaths, 'proxyToken'>): string {
  return readOrMake(paths.proxyToken, () => randomBytes(32).toString('hex')).trim();
}

/** Whole or not at all: a file of its own gets the final name only once it is written, and only if that is free. */
function readOrMake(file: string, make: () => string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw error;
    }
  }
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, make(), { mode: 0o600 });
  try {
    linkSync(fresh, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw error;
    }
  } finally {
    unlinkSync(fresh);
  }
  return readFileSync(file, 'utf8');
}

import { createPublicKey } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifyGateToken } from '@juhub/proxy';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAuth } from '../../src/auth/auth.js';
import { readGateKey, readProxyToken } from '../../src/auth/secret-files.js';
import type { Config } from '../../src/config/config.js';
import { makeStateDir, type StatePaths } from '../../src/config/state-paths.js';
import type { Database } from '../../src/db/open-database.js';

let folder: string;
let paths: StatePaths;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'juhub-secret-'));
  paths = makeStateDir(join(folder, 'state'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const modeOf = (file: string): number => statSync(file).mode & 0o777;

describe('the secrets in the state folder', () => {
  it('lie in a folder that nobody else can enter', () => {
    expect([modeOf(join(folder, 'state')), modeOf(paths.tunnelDir)]).toEqual([0o700, 0o700]);
  });

  it('are made once, for this account alone, and nothing is left over', () => {
    const token = readProxyToken(paths);
    expect(token).toMatch(/^[0-9a-f]{64}$/);
    expect(readProxyToken(paths)).toBe(token);
    const key = readGateKey(paths);
    expect(readGateKey(paths).equals(key)).toBe(true);
    expect([modeOf(paths.proxyToken), modeOf(paths.gatePrivateKey)]).toEqual([0o600, 0o600]);
    expect(readdirSync(join(folder, 'state')).toSorted()).toEqual([
      'gate-private.pem',
      'gate-public.pem',
      'proxy-token',
      'tunnels',
    ]);
  });

  it('let the proxy check what the hub signs, with the public half alone', () => {
    const config = { users: [], sessions: { days: 7 }, signIn: { attemptsPerMinute: 5, attemptsPerHour: 50 } };
    const auth = createAuth(config as unknown as Config, {} as Database, paths);
    const expiresAt = new Date(Date.now() + 60_000);
    const pass = { user: 'alice', serverId: '0123456789abcdef', sessionId: 'abc', expiresAt };
    const publicKey = createPublicKey(readFileSync(paths.gatePublicKey));
    const now = Math.floor(Date.now() / 1000);
    const read = verifyGateToken(auth.issueGateToken(pass), publicKey, now);
    expect(read).toMatchObject({ payload: { v: 1, user: 'alice', server: '0123456789abcdef', session: 'abc' } });
    expect(verifyGateToken(auth.issueGateToken(pass), publicKey, now + 61)).toEqual({ fault: 'expired' });
  });
});

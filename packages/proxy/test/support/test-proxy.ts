import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  createGateKeys,
  type GatePayload,
  ProxyClient,
  type ProxyOptions,
  type RunningProxy,
  signGateToken,
  startProxy,
} from '../../src/index.js';

export const keys = createGateKeys();
export const adminToken = 'the-admin-token';
export const publicUrl = 'https://hub.example.org';
/** What a gated route adds; must never be seen by a client. */
export const serverSecret = 'secret-of-the-server';

export interface LogLine {
  level: string;
  fields: object;
  message: string;
}

export interface TestProxy {
  proxy: RunningProxy;
  port: number;
  url: string;
  client: ProxyClient;
  log: LogLine[];
}

/** A proxy on a free port with its admin API on a unix socket; ends with the test. */
export async function startTestProxy(options: Partial<ProxyOptions> = {}): Promise<TestProxy> {
  const folder = await makeFolder();
  const log: LogLine[] = [];
  const writeTo = (level: string) => (fields: object, message: string) => void log.push({ level, fields, message });
  const proxy = await startProxy({
    listen: { host: '127.0.0.1', port: 0 },
    admin: { socketPath: join(folder, 'admin.sock') },
    adminToken,
    publicUrl,
    gate: { publicKey: keys.publicKey, signInPath: '/hub/gate' },
    log: { debug: writeTo('debug'), info: writeTo('info'), warn: writeTo('warn'), error: writeTo('error') },
    ...options,
    timeouts: { drainMs: 100, ...options.timeouts },
  });
  onTestFinished(() => proxy.close());
  const client = new ProxyClient({ socketPath: join(folder, 'admin.sock'), token: adminToken });
  const port = 'port' in proxy.address ? proxy.address.port : 0;
  return { proxy, port, url: `http://127.0.0.1:${port}`, client, log };
}

/** A folder of its own, removed when the test ends. */
export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'proxy-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export const aliceGate = { server: 'a11ce0000000000f', user: 'alice' };
export const aliceCookieName = `juhub-gate-${aliceGate.server}`;

/** What a token says for alice's session, still good for an hour. */
export function alicePayload(changes: Partial<GatePayload> = {}): GatePayload {
  const now = Math.floor(Date.now() / 1000);
  return { v: 1, ...aliceGate, session: 'session-1', iat: now, exp: now + 3600, ...changes };
}

/** A gate token for alice, with changes. */
export function signToken(changes: Partial<GatePayload> = {}, privateKey = keys.privateKey): string {
  return signGateToken(alicePayload(changes), privateKey);
}

/** Alice's gated route, as the hub sets it. */
export function aliceRoute(target: string, gate: object = {}): { target: string; juhub: object } {
  return {
    target,
    juhub: { gate: { ...aliceGate, ...gate }, requestHeaders: { Authorization: `token ${serverSecret}` } },
  };
}

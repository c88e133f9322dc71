import type { ChildProcess } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { describeCheck } from '../../src/cli/check-site-way.js';
import { runJuhub, startJuhub } from './run-juhub.js';

let folder: string;
let port: number;
let connector: ChildProcess | undefined;

async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port: free } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return free;
}

/** `here` is this machine, `gone` one where nobody listens; `open` has no account to be tested as. */
function writeConfig(): void {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const way = `hosts: ['127.0.0.1:${port}'], privateKey: key, knownHosts: hosts`;
  writeFileSync(join(folder, 'key'), privateKey.export({ type: 'pkcs1', format: 'pem' }), { mode: 0o600 });
  writeFileSync(join(folder, 'hosts'), '');
  writeFileSync(
    join(folder, 'juhub.yaml'),
    `sites:
  - {name: here, kind: local, serviceAccount: ${userInfo().username}}
  - {name: gone, kind: ssh, serviceAccount: svc, ${way}}
  - {name: open, kind: local}
`,
  );
}

async function startConnector(): Promise<void> {
  connector = startJuhub(['connector'], folder);
  const socket = join(folder, 'state', 'connector.sock');
  await vi.waitUntil(() => existsSync(socket), { timeout: 30_000 });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'juhub-site-'));
  port = await findFreePort();
  writeConfig();
});

afterAll(async () => {
  if (connector?.exitCode === null) {
    connector.kill('SIGTERM');
    await once(connector, 'exit');
  }
  rmSync(folder, { recursive: true, force: true });
});

const check = (...args: string[]) => runJuhub(['site', 'check', ...args], folder);

describe('juhub site check', { timeout: 60_000 }, () => {
  it('prints no character of the site’s shell that a terminal would obey', () => {
    const detail = 'bad\u001b[2K\u001b[1A\rok     Command';
    const step = { step: 'command', ok: false, hop: 'mallory@login1', tookMs: 1, detail } as const;
    const text = describeCheck({ site: 'cluster', account: 'mallory', ok: false, at: new Date(), steps: [step] });
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    expect(text).toContain('badok     Command');
  });

  it('names the connector while it is not running, and ends with 1', async () => {
    const end = await check('here');
    expect(end.exitCode).toBe(1);
    expect(end.stdout).toMatch(/^FAILED Connector .*\n.*\n.*Start the connector/);
    expect(end.stderr).toMatch(/^juhub: The way to here does not work as .+: Connector\.\n$/);
  });

  it('walks the way through the connector that runs, and ends with 0 when all of it is good', async () => {
    await startConnector();
    const end = await check('here');
    expect(end).toMatchObject({ exitCode: 0, stderr: '' });
    expect(end.stdout).toMatch(/^ok +Command .*\nok +File system .*\nThe whole way to here works as .+\.\n$/);
  });

  it('names the hop that fails with its own words and what to do', async () => {
    const end = await check('gone');
    expect(end.exitCode).toBe(1);
    expect(end.stdout).toMatch(/^ok +Name .*\nok +Keys of the hub .*\nFAILED Port /);
    expect(end.stdout).toContain(`svc@127.0.0.1:${port}\n`);
    expect(end.stdout).toContain('a firewall is in between');
    expect(end.stderr).toBe('juhub: The way to gone does not work as svc: Port.\n');
  });

  it('prints the same as JSON for programs, and nothing else on standard output', async () => {
    const end = await check('gone', '--json', '--account', 'alice1');
    const found = JSON.parse(end.stdout);
    expect(found).toMatchObject({ site: 'gone', account: 'alice1', ok: false });
    expect(found.steps.at(-1)).toMatchObject({ step: 'port', hop: `alice1@127.0.0.1:${port}`, ok: false });
    expect(new Date(found.at).getTime()).toBeGreaterThan(Date.now() - 60_000);
    expect(end.exitCode).toBe(1);
    expect(JSON.parse((await check('here', '--json')).stdout)).toMatchObject({ site: 'here', ok: true });
  });

  it('says which sites there are, and that an account is wanted, before anything is asked', async () => {
    expect((await check('moon')).stderr).toBe('juhub: There is no site called moon. There is: here, gone, open.\n');
    expect((await check('open')).stderr).toBe('juhub: open has no service account: name an account with --account.\n');
  });
});

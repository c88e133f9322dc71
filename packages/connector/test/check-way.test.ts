import { chmodSync, chownSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ConnectorSite, connectorSiteSchema } from '../src/connector-site.js';
import type { CheckReport } from '../src/transport/transport.js';
import { defaultConnectorLimits, Transports } from '../src/transport/transports.js';
import { makeQuietLog } from './quiet-log.js';
import { accounts, explainMissingSshd, findFreePort, type RealSshd, SshWorld } from './real-sshd.js';

const missing = explainMissingSshd();

describe.skipIf(missing !== undefined)('The self-test of a site with a real sshd', () => {
  let world: SshWorld;
  let sshd: RealSshd;

  beforeAll(async () => {
    world = new SshWorld();
    sshd = await world.startSshd();
  });

  afterEach(() => setHome(accounts.alice, 0o755));

  afterAll(() => world.stop());

  const homeOf = (name: string) => join(world.folder, 'home', name);

  function setHome(owner: number, mode: number): void {
    chownSync(homeOf('alice'), owner, owner);
    chmodSync(homeOf('alice'), mode);
  }

  async function check(changes: Partial<ConnectorSite> = {}, at = sshd): Promise<CheckReport> {
    const site = connectorSiteSchema.parse(world.makeSite(at, { connectTimeoutMs: 2_000, ...changes }));
    const transports = new Transports([site], defaultConnectorLimits, makeQuietLog());
    try {
      return await transports.find('cluster', 'alice').check(new AbortController().signal);
    } finally {
      await transports.close();
    }
  }

  const stepsOf = ({ steps }: CheckReport) => steps.map(({ step, ok }) => `${step} ${ok ? 'good' : 'bad'}`);
  const faultsOf = ({ steps }: CheckReport) => steps.filter(({ ok }) => !ok);

  it('walks every step of a good one in order, says how long each took, and leaves no file behind', async () => {
    const report = await check();
    expect(report.ok).toBe(true);
    expect(stepsOf(report)).toEqual([
      ...['name', 'files', 'port', 'host-key', 'sign-in', 'command', 'home', 'tunnel'].map((step) => `${step} good`),
    ]);
    for (const { tookMs, hop } of report.steps) {
      expect(tookMs).toBeGreaterThanOrEqual(0);
      expect(hop).toBe(`alice@127.0.0.1:${sshd.port}`);
    }
    expect(readdirSync(homeOf('alice')).filter((name) => name.startsWith('.juhub'))).toEqual([]);
  });

  it('names a name that cannot be resolved', async () => {
    const report = await check({ hosts: [{ host: 'no-such-host.invalid', port: 22 }] });
    expect(stepsOf(report)).toEqual(['name bad']);
    expect(report.steps[0]?.detail).toMatch(/no-such-host\.invalid/);
  });

  it('names a port where nobody listens', async () => {
    const port = await findFreePort();
    const report = await check({ hosts: [{ host: '127.0.0.1', port }] });
    expect(stepsOf(report).at(-1)).toBe('port bad');
    expect(faultsOf(report)).toMatchObject([{ hop: `alice@127.0.0.1:${port}` }]);
  });

  it('names a host key that is not known, and a key that is not taken', async () => {
    const knownHostsFile = join(world.folder, 'known_nobody');
    writeFileSync(knownHostsFile, '');
    expect(stepsOf(await check({ knownHostsFile })).at(-1)).toBe('host-key bad');
    expect(stepsOf(await check({ privateKeyFile: world.makeKey('stranger') })).at(-1)).toBe('sign-in bad');
  });

  it('names a file of the hub that is missing', async () => {
    expect(stepsOf(await check({ privateKeyFile: join(world.folder, 'gone') })).at(-1)).toBe('files bad');
  });

  it('names an account that may not run commands', async () => {
    const closed = await world.startSshd(['ForceCommand /bin/false']);
    expect(stepsOf(await check({}, closed)).at(-1)).toBe('command bad');
  });

  it('names a home folder that cannot be written, with the words of the site, and goes on to the tunnel', async () => {
    setHome(0, 0o555);
    const report = await check();
    expect(report.ok).toBe(false);
    expect(stepsOf(report).slice(-3)).toEqual(['command good', 'home bad', 'tunnel good']);
    expect(faultsOf(report)[0]?.detail).toMatch(/Writing a file into the home folder failed: .*(denied|create)/i);
  });

  it('names an sshd that allows no tunnels', async () => {
    const shut = await world.startSshd(['AllowTcpForwarding no']);
    const report = await check({}, shut);
    expect(report.ok).toBe(false);
    expect(stepsOf(report).slice(-3)).toEqual(['command good', 'home good', 'tunnel bad']);
    expect(faultsOf(report)[0]?.detail).toMatch(/refuses to connect to 127\.0\.0\.1/);
  });

  it('takes the next login node where the first is away, and says both', async () => {
    const hosts = [
      { host: '127.0.0.1', port: await findFreePort() },
      { host: '127.0.0.1', port: sshd.port },
    ];
    const report = await check({ hosts });
    expect(report.ok).toBe(true);
    expect(faultsOf(report)).toMatchObject([{ step: 'port', hop: `alice@127.0.0.1:${hosts[0]?.port}` }]);
  });
});

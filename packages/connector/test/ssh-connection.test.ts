import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ConnectorSite, connectorSiteSchema } from '../src/connector-site.js';
import type { Transport } from '../src/transport/transport.js';
import { type ConnectorLimits, defaultConnectorLimits, Transports } from '../src/transport/transports.js';
import { makeQuietLog } from './quiet-log.js';
import { explainMissingSshd, findFreePort, type RealSshd, SshWorld } from './real-sshd.js';

/** A signal that nobody aborts; one for each use. */
const never = () => new AbortController().signal;

describe.skipIf(explainMissingSshd())('the connection to a real sshd', () => {
  let world: SshWorld;
  let sshd: RealSshd;
  let log = makeQuietLog();
  const open: Transports[] = [];

  function connect(site: ConnectorSite, limits: Partial<ConnectorLimits> = {}, account = 'alice'): Transport {
    log = makeQuietLog();
    const transports = new Transports([connectorSiteSchema.parse(site)], { ...defaultConnectorLimits, ...limits }, log);
    open.push(transports);
    return transports.find('cluster', account);
  }

  const run = (transport: Transport, argv: string[] = ['id', '-un'], timeoutMs = 10_000) =>
    transport.run({ argv, timeoutMs }, never());

  beforeAll(async () => {
    world = new SshWorld();
    sshd = await world.startSshd();
  });

  afterEach(async () => {
    await Promise.all(open.splice(0).map((transports) => transports.close()));
  });

  afterAll(() => world.stop());

  it('is one for thirty commands at once and thirty after each other', async () => {
    const before = sshd.connections;
    const transport = connect(world.makeSite(sshd));
    await Promise.all(Array.from({ length: 30 }, () => run(transport)));
    for (let round = 0; round < 30; round += 1) await run(transport);
    expect(sshd.connections - before).toBe(1);
    expect(transport.status()).toMatchObject({ state: 'connected', links: 1, channels: 0, reconnects: 0 });
  });

  it('bears many short commands although sshd frees their sessions late', async () => {
    const transport = connect(world.makeSite(sshd));
    for (let round = 0; round < 10; round += 1)
      await Promise.all(Array.from({ length: 40 }, () => run(transport, ['true'])));
    expect(transport.status()).toMatchObject({ links: 1, commandsRunning: 0 });
  });

  it('says so when sshd allows no session at all', async () => {
    const closed = await world.startSshd(['MaxSessions 0']);
    await expect(run(connect(world.makeSite(closed)))).rejects.toMatchObject({
      code: 'refused',
      transient: true,
      message: expect.stringMatching(/refuses to run a command/),
    });
  });

  it('is of its own for every account', async () => {
    const site = world.makeSite(sshd);
    expect((await run(connect(site, {}, 'alice'))).stdout).toBe('alice\n');
    expect((await run(connect(site, {}, 'bob'))).stdout).toBe('bob\n');
  });

  it('uses AES-GCM', async () => {
    const strict = await world.startSshd([
      'Ciphers aes128-ctr,chacha20-poly1305@openssh.com,aes256-gcm@openssh.com',
      'LogLevel DEBUG1',
    ]);
    await run(connect(world.makeSite(strict)));
    expect(strict.log).toMatch(/client->server cipher: aes256-gcm@openssh.com/);
  });

  it('comes back by itself after sshd was killed, and commands work again', async () => {
    const own = await world.startSshd();
    const transport = connect(world.makeSite(own));
    const release = transport.hold();
    await run(transport);
    const running = run(transport, ['sleep', '60']);
    await expect.poll(() => transport.status().commandsRunning).toBe(1);
    await own.stop();
    await expect(running).rejects.toMatchObject({ code: 'unreachable', transient: true });
    await expect.poll(() => transport.status().state).toBe('backoff');
    await own.start();
    await expect.poll(() => transport.status().state, { timeout: 10_000 }).toBe('connected');
    expect((await run(transport)).stdout).toBe('alice\n');
    expect(transport.status().reconnects).toBe(1);
    release();
  });

  it('is noticed to be dead when signs of life stay away', async () => {
    const own = await world.startSshd();
    const transport = connect(world.makeSite(own, { keepaliveSeconds: 0.7 }));
    await run(transport);
    own.freeze();
    await expect.poll(() => log.lines.join(), { timeout: 15_000 }).toMatch(/connection lost.*Keepalive timeout/);
  });

  it('fails fast with the reason and the time of the next try while nobody answers', async () => {
    const port = await findFreePort();
    const transport = connect(world.makeSite(sshd, { hosts: [{ host: '127.0.0.1', port }] }));
    const refusal = {
      code: 'unreachable',
      transient: true,
      message: expect.stringMatching(new RegExp(`127.0.0.1:${port} refuses connections.*next try is in \\d+ s`)),
    };
    await expect(run(transport)).rejects.toMatchObject(refusal);
    await expect(run(transport)).rejects.toMatchObject(refusal);
  });

  it('tries the next login node when the first does not answer, and keeps to the one that worked', async () => {
    const dead = { host: '127.0.0.1', port: await findFreePort() };
    const transport = connect(world.makeSite(sshd, { hosts: [dead, { host: '127.0.0.1', port: sshd.port }] }));
    expect((await run(transport)).stdout).toBe('alice\n');
    expect(log.lines.filter((line) => line.includes('login node cannot be used'))).toHaveLength(1);
  });

  it('waits no longer than told for a host that takes connections and says nothing', async () => {
    const own = await world.startSshd();
    own.freeze();
    const transport = connect(world.makeSite(own, { connectTimeoutMs: 300 }));
    const startedAt = performance.now();
    await expect(run(transport)).rejects.toMatchObject({ code: 'unreachable' });
    expect(performance.now() - startedAt).toBeLessThan(3000);
  });

  it('is not made to a host whose key is unknown, and the site is not asked again soon', async () => {
    const empty = join(world.folder, 'known_nobody');
    writeFileSync(empty, '');
    const before = [sshd.connections, sshd.signIns];
    const transport = connect(world.makeSite(sshd, { knownHostsFile: empty }));
    const release = transport.hold();
    const [type, key = ''] = readFileSync(`${sshd.hostKey}.pub`, 'utf8').split(' ');
    for (let round = 0; round < 3; round += 1) {
      await expect(run(transport)).rejects.toMatchObject({
        code: 'host-key',
        transient: false,
        message: expect.stringContaining(`${type} ${key}`),
      });
    }
    expect([sshd.connections, sshd.signIns]).toEqual([(before[0] ?? 0) + 1, before[1]]);
    release();
  });

  it('is not made to a host whose key has changed, and both fingerprints are named', async () => {
    const changed = join(world.folder, 'known_changed');
    const stranger = readFileSync(`${world.makeKey('stranger')}.pub`, 'utf8').split(' ');
    writeFileSync(changed, `[127.0.0.1]:${sshd.port} ${stranger[0]} ${stranger[1]}\n`);
    const fingerprint = execFileSync('ssh-keygen', ['-lf', `${sshd.hostKey}.pub`], { encoding: 'utf8' }).split(' ')[1];
    const signIns = sshd.signIns;
    await expect(run(connect(world.makeSite(sshd, { knownHostsFile: changed })))).rejects.toMatchObject({
      code: 'host-key',
      message: expect.stringMatching(new RegExp(`${fingerprint?.replaceAll('+', '\\+')}.*${changed}.*line 1`)),
    });
    expect(sshd.signIns).toBe(signIns);
  });

  it('works again at once when a mended file of host keys passes the self-test', async () => {
    const file = join(world.folder, 'known_mended');
    writeFileSync(file, '');
    const transport = connect(world.makeSite(sshd, { knownHostsFile: file }));
    await expect(run(transport)).rejects.toMatchObject({ code: 'host-key' });
    const failed = await transport.check(never());
    expect(failed).toMatchObject({ ok: false });
    expect(failed.steps.at(-1)).toMatchObject({ step: 'host-key', ok: false });
    writeFileSync(file, sshd.knownHostsLine);
    expect(await transport.check(never())).toMatchObject({ ok: true });
    expect((await run(transport)).stdout).toBe('alice\n');
  });

  it('is refused with a key that the account does not have, with words that say what to check', async () => {
    const transport = connect(world.makeSite(sshd, { privateKeyFile: world.makeKey('wrong') }));
    await expect(run(transport)).rejects.toMatchObject({
      code: 'sign-in-refused',
      transient: false,
      message: expect.stringMatching(/alice@127.0.0.1:\d+ refuses the sign-in with the key .*wrong/),
    });
    expect((await transport.check(never())).steps.at(-1)).toMatchObject({ step: 'sign-in', ok: false });
  });

  it('says so when the site asks for more than a key', async () => {
    const strict = await world.startSshd([
      'AuthenticationMethods publickey,keyboard-interactive',
      'KbdInteractiveAuthentication yes',
    ]);
    await expect(run(connect(world.makeSite(strict)))).rejects.toMatchObject({
      code: 'sign-in-refused',
      message: expect.stringMatching(/took the key but asks for more/),
    });
  });

  it('signs in with RSA and ECDSA keys too', async () => {
    for (const type of ['rsa', 'ecdsa']) {
      const key = world.makeKey(`user-${type}`, '-t', type);
      writeFileSync(join(world.folder, 'authorized_keys'), readFileSync(`${key}.pub`), { flag: 'a' });
      expect((await run(connect(world.makeSite(sshd, { privateKeyFile: key })))).stdout).toBe('alice\n');
    }
  });

  it('goes through a jump host, as another account there', async () => {
    const gate = await world.startSshd(['AllowUsers bob']);
    const jump = { host: '127.0.0.1', port: gate.port, user: 'bob' };
    const before = [gate.connections, sshd.connections];
    const transport = connect(world.makeSite(sshd, { jump }));
    expect((await run(transport)).stdout).toBe('alice\n');
    await Promise.all(Array.from({ length: 20 }, () => run(transport)));
    expect([gate.connections, sshd.connections]).toEqual(before.map((count) => count + 1));
    const { steps } = await transport.check(never());
    expect(steps.map(({ step, hop }) => `${step} ${hop.split('@')[0]}`)).toEqual([
      'name bob',
      'files bob',
      'port bob',
      'host-key bob',
      'sign-in bob',
      'files alice',
      'port alice',
      'host-key alice',
      'sign-in alice',
      'command alice',
      'home alice',
      'tunnel alice',
    ]);
  });

  it('comes back when the jump host was lost', async () => {
    const gate = await world.startSshd();
    const transport = connect(world.makeSite(sshd, { jump: { host: '127.0.0.1', port: gate.port } }));
    await run(transport);
    await gate.stop();
    await expect.poll(() => transport.status().state).not.toBe('connected');
    await gate.start();
    await expect.poll(() => transport.status().state, { timeout: 10_000 }).toBe('connected');
    expect((await run(transport)).stdout).toBe('alice\n');
  });

  it('leaves nothing behind on the jump host when the login node refuses', async () => {
    const gate = await world.startSshd();
    const jump = { host: '127.0.0.1', port: gate.port };
    const site = world.makeSite(sshd, { jump, privateKeyFile: world.makeKey('stray') });
    const transport = connect({ ...site, jump: { ...jump, privateKeyFile: world.userKey } });
    await expect(run(transport)).rejects.toMatchObject({ code: 'sign-in-refused' });
    await expect.poll(() => gate.log).toMatch(/Disconnected from user alice/);
  });

  it('is closed after a time without use, and opened again by the next command', async () => {
    const transport = connect(world.makeSite(sshd), { idleCloseMs: 1, sweepEveryMs: 20 });
    await run(transport);
    await expect.poll(() => transport.status().state).toBe('closed');
    expect((await run(transport)).stdout).toBe('alice\n');
  });

  it('says goodbye on close', async () => {
    const own = await world.startSshd();
    const transport = connect(world.makeSite(own));
    await run(transport);
    await transport.close();
    await expect.poll(() => own.log).toMatch(/Disconnected from user alice/);
    await expect(run(transport)).rejects.toMatchObject({ code: 'stopped' });
  });
});

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConnectorSite } from '../src/connector-site.js';

/** Accounts that exist only inside the mount namespace of the test's sshd. */
export const accounts = { alice: 23_001, bob: 23_002 } as const;

const sshdPath = '/usr/sbin/sshd';

/** Why no real sshd can be started here; undefined when one can. In CI that is a failure, elsewhere a loud skip. */
export function explainMissingSshd(): string | undefined {
  const reasons: string[] = [];
  if (!existsSync(sshdPath)) reasons.push(`${sshdPath} is missing (apt-get install openssh-server)`);
  if (process.getuid?.() !== 0) reasons.push('only root may start it for other accounts');
  if (reasons.length === 0) return undefined;
  const message = `NO REAL SSHD: ${reasons.join(', ')}`;
  if (process.env.CI === 'true') throw new Error(message);
  console.warn(`\n!!! ${message}: the tests that need one are skipped !!!\n`);
  return message;
}

/** Keys, accounts and folders that several sshd of one test share. */
export class SshWorld {
  readonly folder = mkdtempSync(join(tmpdir(), 'juhub-sshd-'));
  readonly userKey = this.makeKey('user');
  readonly knownHosts = join(this.folder, 'known_hosts');
  readonly #sshds: RealSshd[] = [];

  constructor() {
    chmodSync(this.folder, 0o755);
    mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
    const passwd = ['root:x:0:0:root:/root:/bin/sh', 'sshd:x:23000:65534::/run/sshd:/usr/sbin/nologin'];
    for (const [name, uid] of Object.entries(accounts)) {
      const home = join(this.folder, 'home', name);
      mkdirSync(home, { recursive: true });
      chownSync(home, uid, uid);
      passwd.push(`${name}:x:${uid}:${uid}::${home}:/bin/sh`);
    }
    writeFileSync(join(this.folder, 'passwd'), `${passwd.join('\n')}\n`);
    const shadow = ['root', 'sshd', ...Object.keys(accounts)].map((name) => `${name}:*:19000:0:99999:7:::\n`);
    writeFileSync(join(this.folder, 'shadow'), shadow.join(''), { mode: 0o600 });
    writeFileSync(join(this.folder, 'authorized_keys'), readFileSync(`${this.userKey}.pub`));
    writeFileSync(this.knownHosts, '');
  }

  /** Makes a key pair; the path of its private half. */
  makeKey(name: string, ...options: string[]): string {
    const file = join(this.folder, name);
    const type = options.length > 0 ? options : ['-t', 'ed25519'];
    execFileSync('ssh-keygen', ['-q', '-N', '', '-C', name, '-f', file, ...type]);
    return file;
  }

  /** Starts an sshd on a free port; its host key is added to the known hosts. */
  async startSshd(settings: string[] = [], openFiles = 4096): Promise<RealSshd> {
    const sshd = new RealSshd(this, await findFreePort(), this.#sshds.length, settings, openFiles);
    this.#sshds.push(sshd);
    writeFileSync(this.knownHosts, sshd.knownHostsLine, { flag: 'a' });
    await sshd.start();
    return sshd;
  }

  /** The site that such an sshd is. */
  makeSite(sshd: RealSshd, changes: Partial<ConnectorSite> = {}): ConnectorSite {
    return {
      name: 'cluster',
      kind: 'ssh',
      hosts: [{ host: '127.0.0.1', port: sshd.port }],
      knownHostsFile: this.knownHosts,
      privateKeyFile: this.userKey,
      ...changes,
    };
  }

  async stop(): Promise<void> {
    await Promise.all(this.#sshds.map((sshd) => sshd.stop()));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** An OpenSSH server of the test's own, on 127.0.0.1, in a mount and PID namespace of its own. */
export class RealSshd {
  readonly port: number;
  readonly hostKey: string;
  readonly knownHostsLine: string;
  readonly #configFile: string;
  readonly #world: SshWorld;
  readonly #openFiles: number;
  #process: ChildProcess | undefined;
  #log = '';

  constructor(world: SshWorld, port: number, index: number, settings: string[], openFiles: number) {
    this.port = port;
    this.#world = world;
    this.#openFiles = openFiles;
    this.hostKey = world.makeKey(`host-${index}`);
    const [type, key] = readFileSync(`${this.hostKey}.pub`, 'utf8').split(' ');
    this.knownHostsLine = `[127.0.0.1]:${port} ${type} ${key}\n`;
    this.#configFile = join(world.folder, `sshd_config-${index}`);
    const lines = [
      ...settings,
      `ListenAddress 127.0.0.1:${port}`,
      `HostKey ${this.hostKey}`,
      `AuthorizedKeysFile ${world.folder}/authorized_keys`,
      'PidFile none',
      'StrictModes no',
      'UsePAM no',
      'UseDNS no',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'LogLevel VERBOSE',
    ];
    writeFileSync(this.#configFile, `${lines.join('\n')}\n`);
  }

  /** Everything it wrote to its log. */
  get log(): string {
    return this.#log;
  }

  /** How many sign-ins it has accepted since it was made. */
  get signIns(): number {
    return this.#log.split('\n').filter((line) => line.includes('Accepted publickey')).length;
  }

  /** How many connections have reached it. */
  get connections(): number {
    return this.#log.split('\n').filter((line) => line.startsWith('Connection from')).length;
  }

  /** Resolves when it listens. */
  async start(): Promise<void> {
    const { folder } = this.#world;
    const script = [
      `mount --bind ${folder}/passwd /etc/passwd`,
      `mount --bind ${folder}/shadow /etc/shadow`,
      `ulimit -n ${this.#openFiles}`,
      `exec ${sshdPath} -D -e -f ${this.#configFile}`,
    ].join(' && ');
    const child = spawn(
      'unshare',
      ['--mount', '--propagation', 'private', '--pid', '--fork', '--kill-child', 'sh', '-c', script],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    this.#process = child;
    const before = this.#log.length;
    await new Promise<void>((resolve, reject) => {
      child.stderr.on('data', (chunk: Buffer) => {
        this.#log += chunk.toString().replaceAll('\r', '');
        if (this.#log.slice(before).includes('Server listening')) resolve();
      });
      child.once('exit', () => reject(new Error(`sshd ended: ${this.#log.slice(before)}`)));
    });
  }

  /** Stops it and all its children in the middle of what they do: connections stay open and silent. */
  freeze(): void {
    for (const pid of this.#listProcesses()) {
      try {
        process.kill(pid, 'SIGSTOP');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // it has just ended
      }
    }
  }

  #listProcesses(): number[] {
    const found: number[] = [];
    const visit = (pid: number) => {
      const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
      found.push(...children);
      children.forEach(visit);
    };
    if (this.#process?.pid !== undefined) visit(this.#process.pid);
    return found;
  }

  /** Ends it at once, with every connection and every process it started. */
  async stop(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await exited;
  }
}

/** A TCP port on 127.0.0.1 where nobody listens. */
export async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import ssh2 from 'ssh2';
import { ApiTokens } from '../../../packages/hub/src/auth/api-tokens.js';
import { withUsers } from '../../../packages/hub/src/cli/with-users.js';
import { askStatus } from '../../../packages/hub/src/status/ask-status.js';
import { findFreePort, hashPassword, JUHUB } from '../../harness/juhub-folder.js';
import { WebClient } from '../../harness/web-client.js';
import type { FakeCounters } from './fake-login-node.js';

const PASSWORD = 'many-password';
const READY_WITHIN_MS = 600_000;
const ASKED_AT_ONCE = 20;

/** One figure of the hub, as prom-client has it. */
export interface Figure {
  readonly value: number;
  readonly metricName?: string;
  readonly labels: Record<string, string>;
}

/** A server that is asked for, and by whom. */
export interface Wanted {
  readonly user: string;
  readonly name: string;
  readonly token: string;
}

/** Real hub, connector and proxy in front of a fake login node (its name says so) that keeps a job table in memory. */
export class ManyServers {
  #serve: ChildProcess | undefined;
  #output = '';
  #hubPid = 0;
  url = '';
  wanted: readonly Wanted[] = [];

  private constructor(
    private readonly folder: string,
    private readonly fake: ChildProcess,
  ) {}

  /** @param pollSeconds how often the queue is asked */
  static async open(options: { users: number; serversEach: number; pollSeconds: number }): Promise<ManyServers> {
    const folder = await mkdtemp(path.join(tmpdir(), 'juhub-scale-'));
    const hostKey = ssh2.utils.generateKeyPairSync('ed25519');
    const fake = fork(path.join(import.meta.dirname, 'run-fake.ts'), [], {
      execArgv: ['--import', 'tsx'],
      env: { ...process.env, FAKE_HOST_KEY: hostKey.private },
    });
    const many = new ManyServers(folder, fake);
    try {
      const [{ port }] = (await once(fake, 'message')) as [{ port: number }];
      const users = Array.from({ length: options.users }, (_, index) => `user${index}`);
      const file = await many.#writeConfig(users, { ...options, port, hostKey: hostKey.public });
      await many.#startJuhub(file);
      many.#hubPid = await many.#findHubPid();
      many.wanted = await giveTokens(file, users, options.serversEach);
      return many;
    } catch (error) {
      await many.close();
      throw error;
    }
  }

  get hubPid(): number {
    return this.#hubPid;
  }

  /** A signed-in browser of the first user. */
  async signIn(): Promise<WebClient> {
    const person = new WebClient(this.url);
    await person.signIn('user0', PASSWORD);
    return person;
  }

  /** What the fake login node has counted. @throws when it was asked for something that it does not know */
  async count(): Promise<FakeCounters> {
    const answer = once(this.fake, 'message');
    this.fake.send('read');
    const [counters] = (await answer) as [FakeCounters];
    if (counters.unknown.length > 0) throw new Error(`the fake does not know: ${counters.unknown.join('; ')}`);
    return counters;
  }

  /** The hub's own figures, by their names. */
  async readFigures(): Promise<ReadonlyMap<string, readonly Figure[]>> {
    const socketPath = path.join(this.folder, 'state/hub-status.sock');
    const all = await askStatus<{ name: string; values: Figure[] }[]>(socketPath, '/figures');
    return new Map(all.map(({ name, values }) => [name, values]));
  }

  /** The users ask for their servers through the REST API, a few at a time. */
  async start(wanted: readonly Wanted[]): Promise<void> {
    const queue = [...wanted];
    const work = async () => {
      for (let one = queue.shift(); one !== undefined; one = queue.shift()) {
        await this.#startOne(one);
      }
    };
    await Promise.all(Array.from({ length: ASKED_AT_ONCE }, work));
  }

  async #startOne({ user, name, token }: Wanted): Promise<void> {
    const response = await fetch(`${this.url}/hub/api/users/${user}/servers/${name}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        site: 'fake',
        template: 'jupyterlab',
        choices: { partition: 'batch', account: 'project' },
      }),
    });
    if (response.status !== 202) throw new Error(`a start answered ${response.status}: ${await response.text()}`);
  }

  /** Resolves when so many servers are ready. */
  async waitForReady(count: number): Promise<void> {
    const deadline = Date.now() + READY_WITHIN_MS;
    for (;;) {
      const values = (await this.readFigures()).get('juhub_servers') ?? [];
      if ((values.find(({ labels }) => labels.state === 'ready')?.value ?? 0) >= count) return;
      if (Date.now() > deadline) throw new Error(`not ready: ${JSON.stringify(values)}\n${this.#output.slice(-3000)}`);
      await delay(250);
    }
  }

  async close(): Promise<void> {
    this.#serve?.kill('SIGTERM');
    if (this.#serve !== undefined && this.#serve.exitCode === null) await once(this.#serve, 'exit');
    this.fake.disconnect();
    await rm(this.folder, { recursive: true, force: true });
  }

  async #writeConfig(
    users: readonly string[],
    { port, hostKey, pollSeconds }: { port: number; hostKey: string; pollSeconds: number },
  ): Promise<string> {
    const hash = hashPassword(PASSWORD);
    const userKey = ssh2.utils.generateKeyPairSync('ed25519');
    const publicPort = await findFreePort();
    this.url = `http://127.0.0.1:${publicPort}`;
    await writeFile(path.join(this.folder, 'known_hosts'), `[127.0.0.1]:${port} ${hostKey}\n`);
    await writeFile(path.join(this.folder, 'key'), userKey.private, { mode: 0o600 });
    const lines = [
      `public: { listen: "127.0.0.1:${publicPort}" }`,
      `stateDir: ${this.folder}/state`,
      'log: { level: warn }',
      'users:',
      ...users.map((name) => `  - { name: ${name}, passwordHash: "${hash}" }`),
      'sites:',
      '  - name: fake',
      '    kind: ssh',
      `    hosts: ["127.0.0.1:${port}"]`,
      `    knownHosts: ${this.folder}/known_hosts`,
      `    privateKey: ${this.folder}/key`,
      '    serviceAccount: juhub',
      `    pollSeconds: ${pollSeconds}`,
      '',
    ];
    const file = path.join(this.folder, 'juhub.yaml');
    await writeFile(file, lines.join('\n'), { mode: 0o600 });
    return file;
  }

  async #startJuhub(file: string): Promise<void> {
    const serve = spawn(process.execPath, [JUHUB, 'serve', '--config', file], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#serve = serve;
    const collect = (chunk: Buffer) => {
      this.#output += chunk.toString();
    };
    serve.stdout.on('data', collect);
    serve.stderr.on('data', collect);
    const deadline = Date.now() + 60_000;
    while (!(await fetch(`${this.url}/hub/health`).catch(() => undefined))?.ok) {
      if (serve.exitCode !== null || Date.now() > deadline) throw new Error(`juhub did not start:\n${this.#output}`);
      await delay(200);
    }
  }

  async #findHubPid(): Promise<number> {
    for (const entry of await readdir('/proc')) {
      if (!/^\d+$/.test(entry)) continue;
      const words = (await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '')).split('\0');
      if (words.includes('hub') && words.some((word) => word.startsWith(this.folder))) return Number(entry);
    }
    throw new Error('the hub’s process is not found');
  }
}

async function giveTokens(file: string, users: readonly string[], serversEach: number): Promise<Wanted[]> {
  const wanted: Wanted[] = [];
  await withUsers(file, async ({ database, accounts }) => {
    const tokens = new ApiTokens(database, accounts);
    for (const user of users) {
      const { token } = await tokens.issue({
        userName: user,
        label: 'many',
        scopes: ['servers'],
        expiresAt: undefined,
      });
      for (let at = 0; at < serversEach; at += 1) wanted.push({ user, name: `s${at}`, token });
    }
  });
  return wanted;
}

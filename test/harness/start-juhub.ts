import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster } from '../cluster/cluster.js';

const JUHUB = path.resolve(import.meta.dirname, '../../packages/hub/bin/juhub.js');
const READY_WITHIN_MS = 60_000;

/** A juhub that runs for a test: proxy and hub on this host, the connector on the cluster's hub network. */
export interface RunningJuhub {
  readonly url: string;
  readonly stateDir: string;
  readonly configFile: string;
  /** Passwords by user name. */
  readonly passwords: Readonly<Record<string, string>>;
  /** What the processes have written so far. */
  output(): string;
  /** Ends every process that was started, and removes the folder. */
  stop(): Promise<void>;
}

/** How a test wants its juhub. */
export interface JuhubOptions {
  readonly users: readonly string[];
  /** Which of the users are administrators; none by default. */
  readonly admins?: readonly string[];
  /** YAML lines of `sites:`; by default the test cluster, with its login node. */
  readonly siteLines?: readonly string[];
  /** More YAML lines at the top level. */
  readonly moreLines?: readonly string[];
  /** Environment of the processes, beside this one's. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The configuration of the test cluster as a site. */
export function clusterSiteLines(cluster: Cluster): string[] {
  return [
    '  - name: cluster',
    '    title: Test cluster',
    '    kind: ssh',
    `    hosts: ["${cluster.login.address}:${cluster.login.port}"]`,
    `    knownHosts: ${cluster.knownHosts}`,
    `    privateKey: ${cluster.key}`,
    '    serviceAccount: juhub',
    '    loginNode: { title: Login node, maxMinutes: 240 }',
    '    pollSeconds: 2',
  ];
}

/** Starts a juhub in front of the cluster and waits until it answers; without a cluster its site is this machine. */
export async function startJuhub(cluster: Cluster | undefined, options: JuhubOptions): Promise<RunningJuhub> {
  const folder = await mkdtemp(path.join(tmpdir(), 'juhub-test-'));
  const url = `http://127.0.0.1:${await findFreePort()}`;
  const passwords = Object.fromEntries(options.users.map((name) => [name, `${name}-secret-${process.pid}`]));
  const configFile = path.join(folder, 'juhub.yaml');
  await writeFile(configFile, describeConfig(cluster, options, { url, folder, passwords }), { mode: 0o600 });

  const processes = new Processes({ ...process.env, ...options.env });
  if (cluster === undefined) {
    processes.launch(process.execPath, [JUHUB, 'serve', '--config', configFile]);
  } else {
    const inHubNetwork = [`--net=${cluster.netns.hub}`, process.execPath, JUHUB, 'connector', '--config', configFile];
    processes.launch('nsenter', inHubNetwork);
    processes.launch(process.execPath, [JUHUB, 'serve', '--without', 'connector', '--config', configFile]);
  }
  const juhub: RunningJuhub = {
    url,
    stateDir: path.join(folder, 'state'),
    configFile,
    passwords,
    output: () => processes.output,
    stop: async () => {
      await processes.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  try {
    await waitUntilReady(juhub, processes);
  } catch (error) {
    await juhub.stop();
    throw error;
  }
  return juhub;
}

function describeConfig(
  cluster: Cluster | undefined,
  options: JuhubOptions,
  made: { url: string; folder: string; passwords: Readonly<Record<string, string>> },
): string {
  const users = Object.entries(made.passwords).map(
    ([name, password]) =>
      `  - name: ${name}\n    passwordHash: "${hashPassword(password)}"\n    admin: ${options.admins?.includes(name) ?? false}`,
  );
  const here = ['  - name: here', '    title: This machine', '    kind: local', '    pollSeconds: 1'];
  return [
    'public:',
    `  listen: ${made.url.replace('http://', '')}`,
    `stateDir: ${made.folder}/state`,
    'log: { level: info }',
    ...(options.moreLines ?? []),
    'users:',
    ...users,
    'sites:',
    ...(options.siteLines ?? (cluster === undefined ? here : clusterSiteLines(cluster))),
    '',
  ].join('\n');
}

function hashPassword(password: string): string {
  const result = spawnSync(process.execPath, [JUHUB, 'user', 'hash', '--password-stdin'], {
    input: password,
    encoding: 'utf8',
  });
  if (result.status !== 0) {
    throw new Error(`juhub user hash failed: ${result.stderr}`);
  }
  return result.stdout.trim();
}

/** Child processes of a test, ended in the reverse order of their start. */
class Processes {
  output = '';
  readonly #children: ChildProcess[] = [];

  constructor(private readonly env: NodeJS.ProcessEnv) {}

  launch(command: string, args: readonly string[]): void {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: this.env });
    const collect = (chunk: Buffer) => {
      this.output += chunk.toString();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    this.#children.push(child);
  }

  get hasFailed(): boolean {
    return this.#children.some((child) => child.exitCode !== null);
  }

  async stop(): Promise<void> {
    for (const child of this.#children.toReversed()) {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = once(child, 'exit');
        child.kill('SIGTERM');
        const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
        await gone;
        clearTimeout(late);
      }
    }
  }
}

async function waitUntilReady(juhub: RunningJuhub, processes: Processes): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  for (;;) {
    const answer = await fetch(`${juhub.url}/hub/health`).catch(() => undefined);
    if (answer?.ok) {
      return;
    }
    if (processes.hasFailed || Date.now() > deadline) {
      throw new Error(`juhub did not become ready (${answer?.status ?? 'no answer'}):\n${juhub.output()}`);
    }
    await delay(100);
  }
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') {
    throw new Error('no free port');
  }
  return address.port;
}

import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Cluster } from '../cluster/cluster.js';

/** The `juhub` command. */
export const JUHUB = path.resolve(import.meta.dirname, '../../packages/hub/bin/juhub.js');

/** How a test wants its juhub. */
export interface JuhubOptions {
  readonly users: readonly string[];
  /** Which of the users are administrators; none by default. */
  readonly admins?: readonly string[];
  /** More YAML lines at the top level. */
  readonly moreLines?: readonly string[];
  /** With it the proxy speaks HTTPS, and writes its access log among the output. */
  readonly tls?: { readonly certificate: string; readonly key: string };
  /** More YAML lines of the site, such as `idle: { minutes: 60 }`. */
  readonly moreSiteLines?: readonly string[];
}

/** The configuration of the test cluster as a site. */
function clusterSiteLines(cluster: Cluster): string[] {
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

/** All that the processes of a juhub are started with. */
export interface JuhubFolder {
  readonly url: string;
  readonly folder: string;
  readonly stateDir: string;
  readonly configFile: string;
  /** Passwords by user name. */
  readonly passwords: Readonly<Record<string, string>>;
}

/** Makes the folder of a juhub with its configuration, for a free port of this machine. */
export async function makeJuhubFolder(cluster: Cluster | undefined, options: JuhubOptions): Promise<JuhubFolder> {
  const folder = await mkdtemp(path.join(tmpdir(), 'juhub-test-'));
  const port = await findFreePort();
  const url = options.tls === undefined ? `http://127.0.0.1:${port}` : `https://localhost:${port}`;
  const passwords = Object.fromEntries(options.users.map((name) => [name, `${name}-secret-${process.pid}`]));
  const configFile = path.join(folder, 'juhub.yaml');
  await writeFile(configFile, describeConfig(cluster, options, { url, folder, passwords }), { mode: 0o600 });
  return { url, folder, stateDir: path.join(folder, 'state'), configFile, passwords };
}

function describeConfig(
  cluster: Cluster | undefined,
  { tls, ...options }: JuhubOptions,
  made: { url: string; folder: string; passwords: Readonly<Record<string, string>> },
): string {
  const users = Object.entries(made.passwords).map(
    ([name, password]) =>
      `  - name: ${name}\n    passwordHash: "${hashPassword(password)}"\n    admin: ${options.admins?.includes(name) ?? false}`,
  );
  const here = ['  - name: here', '    title: This machine', '    kind: local', '    pollSeconds: 1'];
  return [
    'public:',
    `  url: ${made.url}`,
    `  listen: 127.0.0.1:${new URL(made.url).port}`,
    ...(tls === undefined ? [] : [`  tls: ${JSON.stringify(tls)}`, "  accessLog: '-'"]),
    `stateDir: ${made.folder}/state`,
    'log: { level: info }',
    ...(options.moreLines ?? []),
    'users:',
    ...users,
    'sites:',
    ...(cluster === undefined ? here : clusterSiteLines(cluster)),
    ...(options.moreSiteLines ?? []).map((line) => `    ${line}`),
    '',
  ].join('\n');
}

/** As a configuration has it. */
export function hashPassword(password: string): string {
  const result = spawnSync(process.execPath, [JUHUB, 'user', 'hash', '--password-stdin'], {
    input: password,
    encoding: 'utf8',
  });
  if (result.status !== 0) {
    throw new Error(`juhub user hash failed: ${result.stderr}`);
  }
  return result.stdout.trim();
}

/** A port of this machine that nobody listens on just now. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') {
    throw new Error('no free port');
  }
  return address.port;
}

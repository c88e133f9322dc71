/** The test cluster (cluster.sh, README.md) for tests written in TypeScript. */
import { spawn, spawnSync } from 'node:child_process';
import { accessSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('./cluster.sh', import.meta.url));

/** The hosts of a cluster; `hub` is only a network beside login, with this machine's own file system. */
export type ClusterHost = 'hub' | 'login' | 'cn1' | 'cn2' | 'gpu1';

/** What a person may charge jobs to; the first of each list is what Slurm takes when nothing is said. */
export interface ClusterUser {
  accounts: string[];
  qos: string[];
}

/** A cluster that is up: the contents of its `cluster.json`. Paths are absolute, on this machine. */
export interface Cluster {
  name: string;
  /** Debian's release: `trixie` or `bookworm`. */
  suite: string;
  /** As Slurm prints it, e.g. `24.11.5`. */
  slurmVersion: string;
  /** The folder (0700) that the other paths are in; it goes at `down`. */
  state: string;
  /** Network namespace of each host, for `nsenter --net=`. */
  netns: Record<ClusterHost, string>;
  /** Where sshd listens, as seen from the hub's network. */
  login: { address: string; port: number };
  /** A known_hosts file with login's key, under its address and under the name `login`. */
  knownHosts: string;
  /** A private key (ed25519, 0600) that every user and the service account `juhub` accept. */
  key: string;
  /** The people with projects, by UNIX name. The service account is not among them. */
  users: Record<string, ClusterUser>;
  /** In the order of slurm.conf; the first is the default. */
  partitions: string[];
  /** Login's file system as seen from this machine; /home is the same on every host. */
  root: string;
  /** The process whose end ends the whole cluster. */
  supervisor: number;
}

/** Which cluster, and of what. */
export interface ClusterOptions {
  /** `juhub` unless told; clusters of different names live side by side. */
  name?: string;
  /** `trixie` unless told. */
  suite?: 'trixie' | 'bookworm';
}

/** How a command on the cluster is run. */
export interface ExecOptions {
  /** UNIX name; root unless told. Not for `hub`. */
  user?: string;
  /** Given to the command's standard input, which is empty otherwise. */
  stdin?: string;
  /** The command and its children are killed after this time; 60 000 unless told. */
  timeoutMs?: number;
}

/** How a command ended. A command that fails is a result, not an error. */
export interface ExecResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** The cluster could not be made, found, ended or reached; the message ends with what cluster.sh said. */
export class ClusterError extends Error {
  override name = 'ClusterError';
}

/** Brings a cluster up, which takes seconds, or minutes when its root file system has to be built first. Harmless if
 * it is up. Progress goes to this process's standard error. Throws ClusterError. */
export async function upCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const name = options.name ?? 'juhub';
  await runScript(['up'], name, options.suite ?? 'trixie');
  return readCluster(name);
}

/** Takes a cluster away, in whatever state it is. Harmless if there is none. Throws ClusterError. */
export async function downCluster(name: string): Promise<void> {
  await runScript(['down'], name);
}

/** The cluster of this name, if it is up; throws ClusterError if not. */
export async function readCluster(name: string): Promise<Cluster> {
  try {
    return JSON.parse(await readFile(`/run/juhub-cluster/${name}/cluster.json`, 'utf8')) as Cluster;
  } catch (cause) {
    throw new ClusterError(`cluster ${name} is not up`, { cause });
  }
}

/** Runs a command on a host of the cluster, by its argv, in a clean environment and the user's home. On `hub` it runs
 * in this process's folder and environment. Throws ClusterError if it does not end in time. */
export async function execOn(
  cluster: Pick<Cluster, 'name'>,
  host: ClusterHost,
  argv: readonly string[],
  options: ExecOptions = {},
): Promise<ExecResult> {
  const user = options.user === undefined ? [] : ['--user', options.user];
  const timeoutMs = options.timeoutMs ?? 60_000;
  return spawnScript(['exec', host, ...user, '--', ...argv], cluster.name, { stdin: options.stdin ?? '', timeoutMs });
}

/** The same for a command that must succeed. @returns what it printed @throws ClusterError with what it said when it fails */
export async function runOn(
  cluster: Pick<Cluster, 'name'>,
  host: ClusterHost,
  argv: readonly string[],
  options: ExecOptions = {},
): Promise<string> {
  const { exitCode, stdout, stderr } = await execOn(cluster, host, argv, options);
  if (exitCode !== 0) throw new ClusterError(`${argv.join(' ')} failed on ${host} (${exitCode}): ${stderr}`);
  return stdout.trim();
}

/** Whether this machine can carry a cluster; `why` is one sentence for the person whose tests are skipped. */
export function canMakeCluster(): { ok: true } | { ok: false; why: string } {
  if (process.platform !== 'linux') return { ok: false, why: 'The test cluster needs Linux.' };
  if (process.getuid?.() !== 0) return { ok: false, why: 'The test cluster needs root.' };
  const namespaces = ['--mount', '--pid', '--net', '--uts', '--ipc', '--fork'];
  if (spawnSync('unshare', [...namespaces, 'true']).status !== 0) {
    return { ok: false, why: 'The test cluster needs namespaces, and this machine lets us make none.' };
  }
  if (!isInstalled('mmdebstrap') && !isInstalled('apt-get')) {
    return { ok: false, why: 'The test cluster needs mmdebstrap, and there is no apt-get to install it.' };
  }
  return { ok: true };
}

function isInstalled(tool: string): boolean {
  return (process.env.PATH ?? '').split(':').some((folder) => {
    try {
      accessSync(`${folder}/${tool}`);
      return true;
    } catch {
      return false;
    }
  });
}

async function runScript(args: string[], name: string, suite?: string): Promise<void> {
  const { exitCode, stderr } = await spawnScript(args, name, { suite, echo: true });
  if (exitCode !== 0) throw new ClusterError(`cluster.sh ${args.join(' ')} failed (${exitCode}):\n${stderr}`);
}

interface ScriptOptions {
  suite?: string | undefined;
  stdin?: string;
  timeoutMs?: number;
  /** Whether its standard error is passed on while it runs. */
  echo?: boolean;
}

function spawnScript(args: string[], name: string, options: ScriptOptions): Promise<ExecResult> {
  const suite = options.suite === undefined ? {} : { JUHUB_CLUSTER_SUITE: options.suite };
  const env = { ...process.env, JUHUB_CLUSTER_NAME: name, ...suite };
  return new Promise((resolve, reject) => {
    // A process group of its own: a kill of the group also reaches what runs inside the cluster's namespaces.
    const child = spawn(script, args, { env, detached: true });
    const killGroup = (): void => {
      reject(new ClusterError(`cluster.sh ${args.join(' ')} took longer than ${options.timeoutMs} ms`));
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    };
    const timer = options.timeoutMs === undefined ? undefined : setTimeout(killGroup, options.timeoutMs);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      if (options.echo) process.stderr.write(text);
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ exitCode: code ?? 128, stdout, stderr: signal === null ? stderr : `${stderr}(${signal})` });
    });
    // A command that ends without reading its input is no fault of ours.
    child.stdin.on('error', () => {});
    child.stdin.end(options.stdin ?? '');
  });
}

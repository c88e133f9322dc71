/** What goes wrong on real clusters, done to the test cluster: daemons that are away, ports that nothing gets through to. */
import { execFile } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Cluster, ClusterError, type ClusterHost, execOn } from './cluster.js';

type ClusterName = Pick<Cluster, 'name'>;

/** A host that has daemons. */
export type DaemonHost = Exclude<ClusterHost, 'hub'>;

/** Daemons by their names: munged on every host, slurmd on the nodes, the others on login. */
export type DaemonName = 'sshd' | 'slurmctld' | 'slurmdbd' | 'slurmd' | 'munged';

interface Daemon {
  /** Its processes, as pkill(1) takes them: an extended regular expression for the whole name. */
  readonly processes: string;
  readonly start: readonly string[];
  /** Succeeds when it answers. */
  readonly probe: readonly string[];
}

const DAEMONS: Readonly<Record<DaemonName, Daemon>> = {
  // With those of open connections: somebody who is in would not notice that nobody else can come.
  sshd: {
    processes: 'sshd(-session|-auth)?',
    start: ['/usr/sbin/sshd'],
    probe: ['bash', '-c', 'exec 3<>/dev/tcp/127.0.0.1/22'],
  },
  slurmctld: {
    processes: 'slurmctld',
    start: ['slurmctld'],
    probe: ['bash', '-c', 'scontrol ping | grep -q "is UP"'],
  },
  slurmdbd: { processes: 'slurmdbd', start: ['slurmdbd'], probe: ['sacctmgr', '--noheader', 'show', 'cluster'] },
  slurmd: { processes: 'slurmd', start: ['slurmd'], probe: ['bash', '-c', 'exec 3<>/dev/tcp/127.0.0.1/6818'] },
  munged: { processes: 'munged', start: ['runuser', '-u', 'munge', '--', 'munged'], probe: ['munge', '--no-input'] },
};

const WITHIN_MS = 30_000;

/** Ends a daemon on a host for good, politely at first. Harmless where it does not run. Throws ClusterError. */
export async function stopDaemon(cluster: ClusterName, host: DaemonHost, name: DaemonName): Promise<void> {
  const { processes } = DAEMONS[name];
  const isGone = async (): Promise<boolean> => !(await succeeds(cluster, host, ['pgrep', '--exact', processes]));
  await execOn(cluster, host, ['pkill', '--exact', processes]);
  if (!(await until(isGone, 5_000))) {
    await execOn(cluster, host, ['pkill', '-KILL', '--exact', processes]);
    if (!(await until(isGone, 5_000))) throw new ClusterError(`${name} on ${host} does not end.`);
  }
}

/** Starts a daemon on a host and waits until it answers. Harmless where it runs. Throws ClusterError. */
export async function startDaemon(cluster: ClusterName, host: DaemonHost, name: DaemonName): Promise<void> {
  const { processes, start, probe } = DAEMONS[name];
  if (!(await succeeds(cluster, host, ['pgrep', '--exact', processes]))) {
    const { exitCode, stderr } = await execOn(cluster, host, start);
    if (exitCode !== 0) throw new ClusterError(`${name} on ${host} cannot be started (${exitCode}): ${stderr}`);
  }
  if (!(await until(() => succeeds(cluster, host, probe), WITHIN_MS))) {
    throw new ClusterError(`${name} on ${host} does not answer.`);
  }
}

const RULE_OF_SLURM = ['pref', '90', 'ipproto', 'tcp', 'sport', '6817-6819', 'lookup', 'main'];
const NODE_ADDRESSES = { cn1: '10.78.0.11', cn2: '10.78.0.12', gpu1: '10.78.0.21' } as const;

/** A host that runs jobs. */
export type NodeHost = keyof typeof NODE_ADDRESSES;

/**
 * As behind a firewall: nothing gets from login to the ports from 7000 up of a node any more, old connections neither.
 * Slurm's own ports stay open. Throws ClusterError.
 */
export async function shutPorts(cluster: ClusterName, host: NodeHost): Promise<void> {
  await openPorts(cluster, host);
  await rule(cluster, 'add', RULE_OF_SLURM);
  await rule(cluster, 'add', ruleOfPorts(host));
}

/** Takes back what `shutPorts` did; harmless where it did nothing. */
export async function openPorts(cluster: ClusterName, host: NodeHost): Promise<void> {
  for (const words of [ruleOfPorts(host), RULE_OF_SLURM]) {
    await rule(cluster, 'del', words).catch(() => {});
  }
}

function ruleOfPorts(host: NodeHost): string[] {
  return ['pref', '100', 'to', NODE_ADDRESSES[host], 'ipproto', 'tcp', 'dport', '7000-65534', 'unreachable'];
}

/** Policy routing (ip-rule(8)) tells ports apart, and needs no packet filter in the kernel. */
async function rule({ name }: ClusterName, act: 'add' | 'del', words: readonly string[]): Promise<void> {
  try {
    await promisify(execFile)('ip', ['-n', `${name}-login`, 'rule', act, ...words]);
  } catch (cause) {
    throw new ClusterError(`ip rule ${act} ${words.join(' ')} failed on login of ${name}`, { cause });
  }
}

async function succeeds(cluster: ClusterName, host: DaemonHost, argv: readonly string[]): Promise<boolean> {
  return (await execOn(cluster, host, argv)).exitCode === 0;
}

async function until(isSo: () => Promise<boolean>, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    if (await isSo()) return true;
    if (Date.now() > deadline) return false;
    await delay(100);
  }
}

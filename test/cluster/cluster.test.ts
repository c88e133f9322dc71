import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cluster, canMakeCluster, downCluster, execOn, readCluster, upCluster } from './cluster.js';
import { type DaemonHost, type DaemonName, openPorts, shutPorts, startDaemon, stopDaemon } from './faults.js';

/** Names of our own, so that a cluster that somebody is using stays as it is. */
const name = 'juhub-selftest';
const crashName = 'juhub-selfcrash';
const suite = process.env.JUHUB_CLUSTER_SUITE === 'bookworm' ? 'bookworm' : 'trixie';
const can = canMakeCluster();

/** What there is of a cluster on this machine: namespaces, mounts, processes. Networks are told by their inodes, which
 * name a namespace also when its file is gone. */
function findTraces(clusterName: string, networks: ReadonlySet<number>): Record<string, string[]> {
  const mark = `JUHUB_CLUSTER_SUPERVISOR=/run/juhub-cluster/${clusterName}`;
  const isOurs = (pid: string): boolean => {
    try {
      if (networks.has(statSync(`/proc/${pid}/ns/net`).ino)) return true;
      return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(mark);
    } catch {
      return false; // It ended while we looked.
    }
  };
  const mounts = readFileSync('/proc/mounts', 'utf8').split('\n');
  return {
    namespaces: listFolder('/run/netns').filter((file) => file.startsWith(`${clusterName}-`)),
    mounts: mounts.filter((line) => line.includes(`${clusterName}-`) || line.includes(`/${clusterName}/`)),
    processes: listFolder('/proc').filter((file) => /^\d+$/.test(file) && isOurs(file)),
    files: [`/run/juhub-cluster/${clusterName}`].filter((path) => existsSync(path)),
  };
}

const noTraces = { namespaces: [], mounts: [], processes: [], files: [] };

function listFolder(path: string): string[] {
  return existsSync(path) ? readdirSync(path) : [];
}

function readNetworks(cluster: Cluster): Set<number> {
  return new Set(Object.values(cluster.netns).map((path) => statSync(path).ino));
}

/** Runs a shell command on login as alice and gives its output; a failure of the command fails the test. */
async function asAlice(cluster: Cluster, command: string): Promise<string> {
  const { exitCode, stdout, stderr } = await execOn(cluster, 'login', ['sh', '-c', command], { user: 'alice' });
  expect(exitCode, stderr).toBe(0);
  return stdout.trim();
}

/** Asks again until the answer is as wanted; the last answer goes into the error. */
async function poll(ask: () => Promise<string>, isWanted: (answer: string) => boolean): Promise<string> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const answer = await ask();
    if (isWanted(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`not seen in 30 s; the last answer was: ${answer}`);
    await sleep(200);
  }
}

describe.skipIf(!can.ok)('the test cluster', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await upCluster({ name, suite });
  });
  afterAll(() => downCluster(name));

  it('runs a job of alice with two of the four GPUs', async () => {
    const script =
      '#!/bin/sh\n#SBATCH -p gpus -A climate --gres=gpu:a100:2 -o %j.out\necho $(hostname) $CUDA_VISIBLE_DEVICES';
    const { stdout } = await execOn(cluster, 'login', ['sbatch', '--parsable'], { user: 'alice', stdin: script });
    const output = `/home/alice/${stdout.trim()}.out`;
    await poll(
      () => asAlice(cluster, `cat ${output} 2>/dev/null || true`),
      (text) => text === 'gpu1 0,1',
    );
    expect(await readFile(`${cluster.root}${output}`, 'utf8')).toBe('gpu1 0,1\n');
  });

  it('lets everybody with the key in by SSH, and knows its host key', async () => {
    for (const user of [...Object.keys(cluster.users), 'juhub']) {
      const options = [`UserKnownHostsFile=${cluster.knownHosts}`, 'StrictHostKeyChecking=yes', 'BatchMode=yes'];
      const ssh = ['ssh', '-F', 'none', '-i', cluster.key, ...options.flatMap((option) => ['-o', option])];
      const result = await execOn(cluster, 'hub', [...ssh, `${user}@${cluster.login.address}`, 'whoami; sinfo -h']);
      expect(result.stdout, result.stderr).toContain(user);
      expect(result.stdout).toContain('gpus');
    }
  });

  it('lets the hub reach login and no compute node', async () => {
    const open = (address: string) => ['bash', '-c', `exec 3<>/dev/tcp/${address}/22`];
    expect((await execOn(cluster, 'hub', open(cluster.login.address))).exitCode).toBe(0);
    for (const address of ['10.78.0.2', '10.78.0.11', '10.78.0.12', '10.78.0.21']) {
      const { stderr } = await execOn(cluster, 'hub', open(address));
      expect(stderr).toContain('Network is unreachable');
    }
  });

  it('answers as Jupyter on a compute node', async () => {
    // The server of Debian 12 is the classic notebook, whose settings bear another name.
    const [command, section] = suite === 'bookworm' ? ['notebook', 'NotebookApp'] : ['lab', 'ServerApp'];
    const start = `jupyter ${command} --no-browser --ip=0.0.0.0 --port=8888 --${section}.token=secret`;
    const job = await asAlice(cluster, `sbatch --parsable -p batch -w cn2 --wrap '${start}'`);
    const answer = await poll(
      () => asAlice(cluster, 'curl -s http://cn2:8888/api || true'),
      (text) => text !== '',
    );
    expect(JSON.parse(answer)).toHaveProperty('version');
    await asAlice(cluster, `scancel ${job}`);
  });

  it('ends a job that takes more memory than it asked for', async () => {
    const eat = 'python3 -c "import time; x = bytearray(600 << 20); time.sleep(60)"';
    const job = await asAlice(cluster, `sbatch --parsable -p batch --mem=200 --wrap '${eat}'`);
    const ask = () => asAlice(cluster, `sacct -n -X -P -o State -j ${job}`);
    expect(await poll(ask, (state) => !/^(PENDING|RUNNING|COMPLETING)?$/.test(state))).toMatch(/FAILED|OUT_OF_MEMORY/);
  });

  it('takes the QOS short from alice and refuses it to carol', async () => {
    expect(await asAlice(cluster, 'sbatch --test-only -q short --wrap true 2>&1')).toContain('to start at');
    const { stderr } = await execOn(cluster, 'login', ['sbatch', '-q', 'short', '--wrap', 'true'], { user: 'carol' });
    expect(stderr).toContain('Invalid qos specification');
  });

  it.each<[DaemonHost, DaemonName, string]>([
    ['login', 'sshd', 'ssh-keyscan -T 2 login 2>/dev/null | grep -q ssh-'],
    ['login', 'slurmctld', 'scontrol ping | grep -q "is UP"'],
    ['login', 'slurmdbd', 'sacctmgr --noheader show cluster'],
    ['login', 'munged', 'munge --no-input'],
    ['cn2', 'slurmd', 'pgrep -x slurmd'],
  ])('loses %s’s %s and gets it back', async (host, daemon, question) => {
    const answers = async () => (await execOn(cluster, host, ['sh', '-c', question])).exitCode === 0;
    await stopDaemon(cluster, host, daemon);
    expect(await answers()).toBe(false);
    await stopDaemon(cluster, host, daemon);
    await startDaemon(cluster, host, daemon);
    expect(await answers()).toBe(true);
    await startDaemon(cluster, host, daemon);
  });

  it('puts a node behind a firewall, where jobs still run, and takes it out again', async () => {
    await execOn(cluster, 'cn1', ['sh', '-c', 'python3 -m http.server 8899 >/dev/null 2>&1 &']);
    const ask = () =>
      execOn(cluster, 'login', ['curl', '-s', '--retry', '5', '--retry-connrefused', 'http://cn1:8899/']);
    const run = () => asAlice(cluster, 'sbatch --parsable --wait -w cn1 -o /dev/null --wrap true');
    expect((await ask()).exitCode).toBe(0);
    await shutPorts(cluster, 'cn1');
    expect((await ask()).exitCode).toBe(7);
    expect(await run()).toMatch(/^\d+$/);
    await openPorts(cluster, 'cn1');
    expect((await ask()).exitCode).toBe(0);
    await execOn(cluster, 'cn1', ['pkill', '-f', '[h]ttp.server 8899']);
  });

  it('stays the same cluster when it is brought up twice', async () => {
    expect((await upCluster({ name, suite })).supervisor).toBe(cluster.supervisor);
  });

  it('kills a command and its children when they take too long', async () => {
    const sleeping = execOn(cluster, 'cn1', ['sh', '-c', 'sleep 4321; true'], { timeoutMs: 1000 });
    await expect(sleeping).rejects.toThrow('took longer than 1000 ms');
    expect((await execOn(cluster, 'cn1', ['pgrep', '-f', 'sleep 4321'])).stdout).toBe('');
  });

  it('leaves no process, namespace, mount or file when it is taken down, also twice', async () => {
    const networks = readNetworks(cluster);
    expect(findTraces(name, networks).processes?.length).toBeGreaterThan(10);
    await downCluster(name);
    expect(findTraces(name, networks)).toEqual(noTraces);
    await downCluster(name);
    await expect(readCluster(name)).rejects.toThrow('is not up');
  });
});

describe.skipIf(!can.ok)('a test cluster that crashed', () => {
  afterAll(() => downCluster(crashName));

  it('is gone after down when slurmctld and the supervisor were killed', async () => {
    const cluster = await upCluster({ name: crashName, suite });
    const networks = readNetworks(cluster);
    await execOn(cluster, 'login', ['pkill', '-KILL', 'slurmctld']);
    process.kill(cluster.supervisor, 'SIGKILL');
    await downCluster(crashName);
    expect(findTraces(crashName, networks)).toEqual(noTraces);
  });

  it('is made anew by up when slurmctld was killed', async () => {
    const first = await upCluster({ name: crashName, suite });
    await execOn(first, 'login', ['pkill', '-KILL', 'slurmctld']);
    const second = await upCluster({ name: crashName, suite });
    expect(second.supervisor).not.toBe(first.supervisor);
    expect((await execOn(second, 'login', ['scontrol', 'ping'])).stdout).toContain('is UP');
  });

  it('is made anew by up when up itself was killed half way', async () => {
    await downCluster(crashName);
    const script = new URL('./cluster.sh', import.meta.url).pathname;
    const kill = `JUHUB_CLUSTER_NAME=${crashName} timeout -s KILL 0.4 '${script}' up; true`;
    execFileSync('bash', ['-c', kill], { stdio: 'ignore' });
    const cluster = await upCluster({ name: crashName, suite });
    await downCluster(crashName);
    expect(findTraces(crashName, new Set())).toEqual(noTraces);
    expect(existsSync(cluster.root)).toBe(false);
  });
});

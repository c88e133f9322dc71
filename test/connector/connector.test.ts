import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConnectorClient } from '../../packages/connector/src/index.js';
import { type Cluster, canMakeCluster, downCluster, execOn, upCluster } from '../cluster/cluster.js';

/** A name of our own: this test pulls cables. */
const name = 'juhub-connector';
const script = fileURLToPath(new URL('./connector-process.mjs', import.meta.url));
const suite = process.env.JUHUB_CLUSTER_SUITE === 'bookworm' ? 'bookworm' : 'trixie';
const can = canMakeCluster();

/** A job that serves HTTP on a port that the kernel picks, and writes host and port when it listens. */
const jobScript = `#!/bin/sh
exec python3 -c '
import http.server, os, socket
server = http.server.ThreadingHTTPServer(("0.0.0.0", 0), http.server.SimpleHTTPRequestHandler)
with open("endpoint.new", "w") as file: file.write(f"{socket.gethostname()} {server.server_port}")
os.rename("endpoint.new", "endpoint")
server.serve_forever()
'
`;

describe.skipIf(!can.ok)('the connector in front of a real cluster', () => {
  let cluster: Cluster;
  let folder: string;
  let connector: ChildProcess;
  let client: ConnectorClient;
  const alice = { site: 'cluster', account: 'alice' };

  const run = (...argv: string[]) => client.run({ ...alice, argv, timeoutMs: 20_000 });

  beforeAll(async () => {
    cluster = await upCluster({ name, suite });
    folder = mkdtempSync(join(tmpdir(), 'juhub-connector-'));
    const socketPath = join(folder, 'connector.sock');
    const site = {
      name: 'cluster',
      kind: 'ssh',
      hosts: [{ host: cluster.login.address, port: cluster.login.port }],
      knownHostsFile: cluster.knownHosts,
      privateKeyFile: cluster.key,
      keepaliveSeconds: 0.5,
      connectTimeoutMs: 2000,
    };
    const options = JSON.stringify({ sites: [site], socketPath, tunnelDir: join(folder, 'tunnels') });
    connector = spawn('nsenter', [`--net=${cluster.netns.hub}`, process.execPath, script, options], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (!connector.stdout) throw new Error('no output');
    for await (const chunk of connector.stdout.iterator({ destroyOnReturn: false })) {
      if (String(chunk).includes('ready')) break;
    }
    connector.stdout.resume();
    client = new ConnectorClient({ socketPath });
  });

  afterAll(async () => {
    connector.kill('SIGTERM');
    await once(connector, 'exit');
    const left = ['connector.sock', 'tunnels/notebook.sock'].filter((file) => existsSync(join(folder, file)));
    rmSync(folder, { recursive: true });
    await downCluster(name);
    expect(left).toEqual([]);
  });

  it('runs Slurm commands on the login node, all on one connection', async () => {
    expect((await run('hostname')).stdout).toBe('login\n');
    const answers = await Promise.all(Array.from({ length: 20 }, () => run('sinfo', '--noheader', '--format=%P')));
    expect(answers.every(({ exitCode, stdout }) => exitCode === 0 && stdout.includes('gpus'))).toBe(true);
    const { stdout } = await execOn(cluster, 'login', [
      'sh',
      '-c',
      'pgrep -c -f "sshd-session: alice \\[priv\\]|sshd: alice \\[priv\\]"',
    ]);
    expect(stdout.trim()).toBe('1');
  });

  it('leads a tunnel to a job on a compute node, which the hub cannot reach itself', async () => {
    const { host, port } = await startWebJob();
    expect(['cn1', 'cn2']).toContain(host);
    const direct = `exec 3<>/dev/tcp/10.78.0.11/${port}`;
    expect(() =>
      execFileSync('nsenter', [`--net=${cluster.netns.hub}`, 'timeout', '2', 'bash', '-c', direct], {
        stdio: 'ignore',
      }),
    ).toThrow();
    const { socketPath } = await client.openTunnel({ ...alice, name: 'notebook', host, port });
    expect(await fetchStatus(socketPath)).toBe(200);
  });

  it('brings the tunnel back on the same socket after the cable was pulled', async () => {
    const tunnel = await client.readTunnel('notebook');
    setCable('down');
    await expect.poll(async () => (await client.readTunnel('notebook')).state, { timeout: 20_000 }).toBe('waiting');
    await expect.poll(async () => (await client.listConnections())[0]?.lastError).toBeTruthy();
    setCable('up');
    await expect.poll(async () => (await client.readTunnel('notebook')).state, { timeout: 30_000 }).toBe('open');
    expect(await fetchStatus(tunnel.socketPath)).toBe(200);
    expect((await client.listConnections())[0]?.reconnects).toBe(1);
  });

  it('keeps a tunnel and its connections while another account signs in', async () => {
    const { stdout } = await client.run({ site: 'cluster', account: 'bob', argv: ['id', '-un'] });
    expect(stdout).toBe('bob\n');
    expect(await fetchStatus((await client.readTunnel('notebook')).socketPath)).toBe(200);
  });

  it('says that nobody listens when the job has ended', async () => {
    const { socketPath } = await client.readTunnel('notebook');
    expect((await run('scancel', '--me')).exitCode).toBe(0);
    const tryOnce = async () => {
      await fetchStatus(socketPath);
      return (await client.readTunnel('notebook')).lastError;
    };
    await expect.poll(tryOnce, { timeout: 20_000 }).toMatch(/refuses to connect to cn\d:\d+.*Connection refused/);
    expect(await fetchStatus(socketPath)).toBeTypeOf('string');
  });

  async function startWebJob(): Promise<{ host: string; port: number }> {
    const submit = ['sbatch', '--partition=batch', '--time=10', '--output=/dev/null', '--parsable'];
    const submitted = await client.run({ ...alice, argv: submit, stdin: jobScript });
    expect(submitted.exitCode, submitted.stderr).toBe(0);
    let endpoint = '';
    const readEndpoint = async () => {
      endpoint = (await run('cat', 'endpoint')).stdout;
      return endpoint;
    };
    await expect.poll(readEndpoint, { timeout: 30_000 }).not.toBe('');
    const [host = '', port = ''] = endpoint.split(' ');
    return { host, port: Number(port) };
  }
});

function setCable(state: 'up' | 'down'): void {
  execFileSync('ip', ['-n', `${name}-switch`, 'link', 'set', 'login-outer', state]);
}

/** The status of an HTTP answer through the socket, or why there is none. */
async function fetchStatus(socketPath: string): Promise<number | string> {
  try {
    const [response] = (await once(get({ socketPath, path: '/', agent: false }), 'response')) as [IncomingMessage];
    response.resume();
    return response.statusCode ?? 0;
  } catch (error) {
    return (error as Error).message;
  }
}

/**
 * What many servers cost: real hub, connector and proxy against a fake login node (its name says so) that keeps a job
 * table in memory. Prints a table and a last line of JSON. No figure of a real cluster's speed: of the hub's cost alone.
 *
 *     npm run bench:scale [SERVERS…]
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import ssh2 from 'ssh2';
import { ApiTokens } from '../../packages/hub/src/auth/api-tokens.js';
import { withUsers } from '../../packages/hub/src/cli/with-users.js';
import { askStatus } from '../../packages/hub/src/status/ask-status.js';
import { findFreePort, hashPassword, JUHUB } from '../harness/juhub-folder.js';
import { WebClient } from '../harness/web-client.js';
import { readProcessorSeconds, readResidentKb } from './proxy/process-use.js';
import type { FakeCounters } from './scale/fake-login-node.js';

const SIZES = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [100, 500, 1000, 2000];
const SERVERS_EACH = 4;
const POLL_SECONDS = 5;
const WINDOW_MS = 30_000;
/** For a minute after a start the queue is asked every second: the window begins when that is over. */
const CALM_MS = 65_000;
const BURST = 200;
const PASSWORD = 'bench-password';
const log = (text: string) => process.stdout.write(`${text}\n`);

interface Figure {
  readonly value: number;
  readonly metricName?: string;
  readonly labels: Record<string, string>;
}

const folder = await mkdtemp(path.join(tmpdir(), 'bench-scale-'));
const hostKey = ssh2.utils.generateKeyPairSync('ed25519');
const userKey = ssh2.utils.generateKeyPairSync('ed25519');
const fake = fork(path.join(import.meta.dirname, 'scale/run-fake.ts'), [], {
  execArgv: ['--import', 'tsx'],
  env: { ...process.env, FAKE_HOST_KEY: hostKey.private },
});
let serve: ChildProcess | undefined;
let output = '';

async function ask(): Promise<FakeCounters> {
  const answer = once(fake, 'message');
  fake.send('read');
  return ((await answer) as [FakeCounters])[0];
}

async function writeConfig(sshPort: number, users: readonly string[]): Promise<{ url: string; file: string }> {
  const hash = hashPassword(PASSWORD);
  const port = await findFreePort();
  await writeFile(path.join(folder, 'known_hosts'), `[127.0.0.1]:${sshPort} ${hostKey.public}\n`);
  await writeFile(path.join(folder, 'key'), userKey.private, { mode: 0o600 });
  const lines = [
    `public: { listen: "127.0.0.1:${port}" }`,
    `stateDir: ${folder}/state`,
    'log: { level: warn }',
    'users:',
    ...users.map((name) => `  - { name: ${name}, passwordHash: "${hash}" }`),
    'sites:',
    '  - name: fake',
    '    kind: ssh',
    `    hosts: ["127.0.0.1:${sshPort}"]`,
    `    knownHosts: ${folder}/known_hosts`,
    `    privateKey: ${folder}/key`,
    '    serviceAccount: juhub',
    `    pollSeconds: ${POLL_SECONDS}`,
    '',
  ];
  const file = path.join(folder, 'juhub.yaml');
  await writeFile(file, lines.join('\n'), { mode: 0o600 });
  return { url: `http://127.0.0.1:${port}`, file };
}

async function startJuhub(file: string, url: string): Promise<void> {
  serve = spawn(process.execPath, [JUHUB, 'serve', '--config', file], { stdio: ['ignore', 'pipe', 'pipe'] });
  const collect = (chunk: Buffer) => {
    output += chunk.toString();
  };
  serve.stdout?.on('data', collect);
  serve.stderr?.on('data', collect);
  const deadline = Date.now() + 60_000;
  while (!(await fetch(`${url}/hub/health`).catch(() => undefined))?.ok) {
    if (serve.exitCode !== null || Date.now() > deadline) throw new Error(`juhub did not start:\n${output}`);
    await delay(200);
  }
}

async function findHubPid(): Promise<number> {
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const words = (await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '')).split('\0');
    if (words.includes('hub') && words.some((word) => word.startsWith(folder))) return Number(entry);
  }
  throw new Error('the hub’s process is not found');
}

async function readFigures(): Promise<Map<string, Figure[]>> {
  const socketPath = path.join(folder, 'state/hub-status.sock');
  const all = await askStatus<{ name: string; values: Figure[] }[]>(socketPath, '/figures');
  return new Map(all.map(({ name, values }) => [name, values]));
}

function sumQueries(figures: Map<string, Figure[]>): { seconds: number; count: number } {
  const own = (figures.get('juhub_site_query_seconds') ?? []).filter(({ labels }) => labels.program === 'squeue');
  const find = (end: string) => own.find(({ metricName }) => metricName?.endsWith(end))?.value ?? 0;
  return { seconds: find('_sum'), count: find('_count') };
}

/** The users ask for their servers through the REST API, a few at a time. */
async function startServers(url: string, wanted: readonly { user: string; name: string; token: string }[]) {
  const queue = [...wanted];
  const work = async () => {
    for (let one = queue.shift(); one !== undefined; one = queue.shift()) {
      const response = await fetch(`${url}/hub/api/users/${one.user}/servers/${one.name}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${one.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          site: 'fake',
          template: 'jupyterlab',
          choices: { partition: 'batch', account: 'project' },
        }),
      });
      if (response.status !== 202) throw new Error(`a start answered ${response.status}: ${await response.text()}`);
    }
  };
  await Promise.all(Array.from({ length: 20 }, work));
}

async function waitForReady(count: number): Promise<void> {
  const deadline = Date.now() + 600_000;
  for (;;) {
    const values = (await readFigures()).get('juhub_servers') ?? [];
    if ((values.find(({ labels }) => labels.state === 'ready')?.value ?? 0) >= count) return;
    if (Date.now() > deadline) throw new Error(`not ready: ${JSON.stringify(values)}\n${output.slice(-3000)}`);
    await delay(500);
  }
}

async function timePages(person: WebClient, isOver: () => boolean): Promise<{ homeMs: number; formMs: number }> {
  const worst = { homeMs: 0, formMs: 0 };
  while (!isOver()) {
    for (const [key, page] of [
      ['homeMs', '/hub/home'],
      ['formMs', '/hub/start'],
    ] as const) {
      const begun = performance.now();
      const response = await person.open(page);
      await response.text();
      if (!response.ok) throw new Error(`${page} answered ${response.status}:\n${output.slice(-1500)}`);
      worst[key] = Math.max(worst[key], Math.round(performance.now() - begun));
    }
    await delay(250);
  }
  return worst;
}

async function measure(hubPid: number): Promise<Record<string, number>> {
  const [before, figures] = [await ask(), await readFigures()];
  const [cpu, at] = [readProcessorSeconds(hubPid), performance.now()];
  await delay(WINDOW_MS);
  const [after, later] = [await ask(), await readFigures()];
  const seconds = (performance.now() - at) / 1000;
  const count = (tools: Readonly<Record<string, number>>) => Object.values(tools).reduce((sum, one) => sum + one, 0);
  const [earlier, now] = [sumQueries(figures), sumQueries(later)];
  const lag = later.get('nodejs_eventloop_lag_p99_seconds')?.[0]?.value ?? Number.NaN;
  if (after.unknown.length > 0) throw new Error(`the fake does not know: ${after.unknown.join('; ')}`);
  return {
    sshConnections: after.connectionsNow,
    mostPerIdentity: after.mostOfOneAccount,
    slurmCommandsPerMinute: round(((count(after.slurm) - count(before.slurm)) * 60) / seconds),
    queueQueriesPerInterval: round((after.queueQueries - before.queueQueries) / (seconds / POLL_SECONDS)),
    pollRoundMs: round(((now.seconds - earlier.seconds) * 1000) / (now.count - earlier.count)),
    lagP99Ms: round(lag * 1000),
    hubRssMb: Math.round(readResidentKb(hubPid) / 1024),
    hubCpuPercent: round(((readProcessorSeconds(hubPid) - cpu) * 100) / seconds),
  };
}

function round(value: number): number {
  return Number(value.toFixed(2));
}

async function run(): Promise<void> {
  const [{ port }] = (await once(fake, 'message')) as [{ port: number }];
  const users = Array.from({ length: Math.ceil(Math.max(...SIZES) / SERVERS_EACH) }, (_, index) => `user${index}`);
  const { url, file } = await writeConfig(port, users);
  await startJuhub(file, url);
  const hubPid = await findHubPid();
  const wanted: { user: string; name: string; token: string }[] = [];
  await withUsers(file, async ({ database, accounts }) => {
    const tokens = new ApiTokens(database, accounts);
    for (const userName of users) {
      const { token } = await tokens.issue({ userName, label: 'bench', scopes: ['servers'], expiresAt: undefined });
      for (let at = 0; at < SERVERS_EACH; at += 1) wanted.push({ user: userName, name: `s${at}`, token });
    }
  });
  const person = new WebClient(url);
  await person.signIn('user0', PASSWORD);
  const rows: Record<string, number>[] = [];
  let begun = 0;
  for (const size of SIZES) {
    const last = Math.max(begun, size - BURST);
    await startServers(url, wanted.slice(begun, last));
    await waitForReady(last);
    let isOver = false;
    const pages = timePages(person, () => isOver);
    const at = performance.now();
    await startServers(url, wanted.slice(last, size));
    await waitForReady(size);
    const burstSeconds = round((performance.now() - at) / 1000);
    isOver = true;
    const { homeMs, formMs } = await pages;
    begun = size;
    await delay(CALM_MS);
    const row = { servers: size, ...(await measure(hubPid)), homeMs, formMs, burstSeconds };
    rows.push(row);
    log(JSON.stringify(row));
  }
  const keys = Object.keys(rows[0] ?? {});
  log(keys.map((key) => key.padStart(key.length + 2)).join(''));
  for (const row of rows) log(keys.map((key) => String(row[key]).padStart(key.length + 2)).join(''));
  const columns = Object.fromEntries(keys.map((key) => [key, rows.map((row) => row[key])]));
  log(JSON.stringify({ bench: 'scale', ...columns }));
}

try {
  await run();
} finally {
  serve?.kill('SIGTERM');
  if (serve !== undefined && serve.exitCode === null) await once(serve, 'exit');
  fake.disconnect();
  await rm(folder, { recursive: true, force: true });
}

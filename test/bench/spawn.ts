/**
 * From pressing Start to an open notebook, on the real cluster, split into its steps, beside the floor of the same run:
 * a plain sbatch of the same JupyterLab, typed on the login node, until its port accepts. The two take turns, so that
 * a drift of the machine's speed touches both. Ends with one line of JSON (medians).
 *
 *     npm run bench:spawn [RUNS]
 */

import path from 'node:path';
import Sqlite from 'better-sqlite3';
import { type Cluster, downCluster, execOn, upCluster } from '../cluster/cluster.js';
import { type RunningJuhub, startJuhub } from '../harness/start-juhub.js';
import { WebClient } from '../harness/web-client.js';

const runs = Number(process.argv[2] ?? 10);
const CLUSTER = 'juhub-bench';
const PERSON = 'alice';

/** Milliseconds of one spawn, by step. */
interface Spawn {
  readonly totalMs: number;
  /** From the click to a saved job id: checks, folder, secret, sbatch. */
  readonly submitMs: number;
  /** From the job id to the script's first act on the node. */
  readonly queueMs: number;
  /** From there until the server listens and the job has announced it. */
  readonly jupyterMs: number;
  /** From the announcement to the first answer through proxy, tunnel and server. */
  readonly connectMs: number;
}

const FLOOR = `
start=$(date +%s%N)
job=$(sbatch --parsable --partition=batch --account=climate --time=30 --output=/dev/null <<SCRIPT
#!/bin/bash
exec jupyter-lab --no-browser --ip=0.0.0.0 --port=$1 --ServerApp.token=floor --ServerApp.root_dir=$HOME
SCRIPT
)
node=
until [ -n "$node" ]; do node=$(squeue -h -j "$job" -t R -o %N); done
until (exec 3<>"/dev/tcp/$node/$1") 2>/dev/null; do sleep 0.02; done
echo $(( ($(date +%s%N) - start) / 1000000 ))
scancel "$job"
while [ -n "$(squeue -h -j "$job")" ]; do sleep 0.2; done`;

async function measureFloor(cluster: Cluster, run: number): Promise<number> {
  const argv = ['bash', '-c', FLOOR, 'floor', String(20_000 + run)];
  const { stdout, stderr } = await execOn(cluster, 'login', argv, { user: PERSON, timeoutMs: 60_000 });
  const ms = Number(stdout.trim());
  if (!(ms > 0)) {
    throw new Error(`the floor gave no time: ${stdout} ${stderr}`);
  }
  return ms;
}

async function measureSpawn(cluster: Cluster, juhub: RunningJuhub, client: WebClient, run: number): Promise<Spawn> {
  const name = `bench-${run}`;
  const token = await readToken(client, '/hub/start');
  const startedAt = Date.now();
  const posted = await post(client, '/hub/start', {
    _xsrf: token,
    name,
    site: 'cluster',
    template: 'jupyterlab',
    partition: 'batch',
    account: 'climate',
    nodes: '1',
    gpus: '0',
    minutes: '30',
  });
  if (posted.status !== 303) {
    throw new Error(`start answered ${posted.status}: ${await posted.text()}`);
  }
  await client.waitForState(name, 'ready');
  const path = `/user/${PERSON}/${name}/api`;
  const opened = await client.open(`/hub/gate?next=${encodeURIComponent(path)}`);
  const openAt = Date.now();
  if (opened.status !== 200) {
    throw new Error(`the server answered ${opened.status} through the proxy`);
  }
  const row = readRow(juhub, name);
  const times = await readTimes(cluster, row.id);
  await post(client, `/hub/servers/${name}/stop`, { _xsrf: token });
  await client.waitForState(name, 'ended');
  const begunAt = Math.max(times.begunAt, row.submittedAt);
  return {
    totalMs: openAt - startedAt,
    submitMs: row.submittedAt - startedAt,
    queueMs: begunAt - row.submittedAt,
    jupyterMs: times.announcedAt - begunAt,
    connectMs: openAt - times.announcedAt,
  };
}

async function readToken(client: WebClient, page: string): Promise<string> {
  const token = /name="_xsrf" value="([^"]+)"/.exec(await (await client.open(page)).text())?.[1];
  if (token === undefined) {
    throw new Error(`no form on ${page}`);
  }
  return token;
}

function post(client: WebClient, action: string, values: Record<string, string>): Promise<Response> {
  return client.fetch(action, {
    method: 'POST',
    headers: { origin: client.url, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(values),
  });
}

function readRow(juhub: RunningJuhub, name: string): { id: string; submittedAt: number } {
  const database = new Sqlite(path.join(juhub.stateDir, 'juhub.db'), { readonly: true });
  try {
    const row = database.prepare('select id, submitted_at from servers where name = ?').get(name);
    const { id, submitted_at } = row as { id: string; submitted_at: number | string };
    return { id, submittedAt: new Date(submitted_at).getTime() };
  } finally {
    database.close();
  }
}

/** All hosts of the test cluster share one clock: the log's birth is the script's start, the endpoint's time its announcement. */
async function readTimes(cluster: Cluster, id: string): Promise<{ begunAt: number; announcedAt: number }> {
  const folder = `/home/${PERSON}/.juhub/servers/${id}`;
  const { stdout } = await execOn(cluster, 'login', ['stat', '-c', '%.3W %.3Y', `${folder}/log`, `${folder}/endpoint`]);
  const [log = '', endpoint = ''] = stdout.split('\n');
  return { begunAt: Number(log.split(' ')[0]) * 1000, announcedAt: Number(endpoint.split(' ')[1]) * 1000 };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return Math.round(sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2);
}

function report(spawns: readonly Spawn[], floors: readonly number[]): void {
  const of = (value: (spawn: Spawn) => number) => median(spawns.map(value));
  const hubShare = (spawn: Spawn) => spawn.totalMs - spawn.queueMs - spawn.jupyterMs;
  const rows: [string, (spawn: Spawn) => number][] = [
    ['checks, folder, sbatch', (spawn) => spawn.submitMs],
    ['queue', (spawn) => spawn.queueMs],
    ["Jupyter's own start", (spawn) => spawn.jupyterMs],
    ['tunnel, route, first answer', (spawn) => spawn.connectMs],
    ['from Start to an open notebook', (spawn) => spawn.totalMs],
  ];
  process.stdout.write('\nstep                              median     min     max  (ms)\n');
  for (const [name, value] of rows) {
    const all = spawns.map(value);
    const figures = [median(all), Math.min(...all), Math.max(...all)].map((ms) =>
      Math.round(ms).toString().padStart(7),
    );
    process.stdout.write(`${name.padEnd(32)} ${figures.join(' ')}\n`);
  }
  process.stdout.write(`${'floor: plain sbatch'.padEnd(32)} ${String(median(floors)).padStart(7)}\n\n`);
  const [totalMs, floorMs] = [of((spawn) => spawn.totalMs), median(floors)];
  const ratio = Number((totalMs / floorMs).toFixed(3));
  process.stdout.write(
    `${JSON.stringify({ bench: 'spawn', runs: spawns.length, totalMs, floorMs, ratio, hubShareMs: of(hubShare) })}\n`,
  );
}

const cluster = await upCluster({ name: CLUSTER });
let juhub: RunningJuhub | undefined;
try {
  juhub = await startJuhub(cluster, { users: [PERSON] });
  const client = new WebClient(juhub.url);
  await client.signIn(PERSON, juhub.passwords[PERSON] ?? '');
  const spawns: Spawn[] = [];
  const floors: number[] = [];
  // The first of each warms file caches and the kept connection; it does not count.
  for (let run = 0; run <= runs; run += 1) {
    const floor = await measureFloor(cluster, run);
    const spawn = await measureSpawn(cluster, juhub, client, run);
    process.stderr.write(`${run === 0 ? 'warm-up' : `run ${run}`}: ${spawn.totalMs} ms, floor ${floor} ms\n`);
    if (run > 0) {
      floors.push(floor);
      spawns.push(spawn);
    }
  }
  report(spawns, floors);
} finally {
  await juhub?.stop();
  await downCluster(CLUSTER);
}

/**
 * What many servers cost: real hub, connector and proxy against a fake login node (its name says so) that keeps a job
 * table in memory. Prints a table and a last line of JSON. No figure of a real cluster's speed: of the hub's cost alone.
 *
 *     npm run bench:scale [SERVERS…]
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { WebClient } from '../harness/web-client.js';
import { readProcessorSeconds, readResidentKb } from './proxy/process-use.js';
import { type Figure, ManyServers } from './scale/many-servers.js';

const SIZES = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [100, 500, 1000, 2000];
const SERVERS_EACH = 4;
const POLL_SECONDS = 5;
const WINDOW_MS = 30_000;
/** For a minute after a start the queue is asked every second: the window begins when that is over. */
const CALM_MS = 65_000;
const BURST = 200;
const log = (text: string) => process.stdout.write(`${text}\n`);

function sumQueries(figures: ReadonlyMap<string, readonly Figure[]>): { seconds: number; count: number } {
  const own = (figures.get('juhub_site_query_seconds') ?? []).filter(({ labels }) => labels.program === 'squeue');
  const find = (end: string) => own.find(({ metricName }) => metricName?.endsWith(end))?.value ?? 0;
  return { seconds: find('_sum'), count: find('_count') };
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
      if (!response.ok) throw new Error(`${page} answered ${response.status}`);
      worst[key] = Math.max(worst[key], Math.round(performance.now() - begun));
    }
    await delay(250);
  }
  return worst;
}

async function measure(many: ManyServers): Promise<Record<string, number>> {
  const [before, figures] = [await many.count(), await many.readFigures()];
  const [cpu, at] = [readProcessorSeconds(many.hubPid), performance.now()];
  await delay(WINDOW_MS);
  const [after, later] = [await many.count(), await many.readFigures()];
  const seconds = (performance.now() - at) / 1000;
  const count = (tools: Readonly<Record<string, number>>) => Object.values(tools).reduce((sum, one) => sum + one, 0);
  const [earlier, now] = [sumQueries(figures), sumQueries(later)];
  const lag = later.get('nodejs_eventloop_lag_p99_seconds')?.[0]?.value ?? Number.NaN;
  return {
    sshConnections: after.connectionsNow,
    mostPerIdentity: after.mostOfOneAccount,
    slurmCommandsPerMinute: round(((count(after.slurm) - count(before.slurm)) * 60) / seconds),
    queueQueriesPerInterval: round((after.queueQueries - before.queueQueries) / (seconds / POLL_SECONDS)),
    pollRoundMs: round(((now.seconds - earlier.seconds) * 1000) / (now.count - earlier.count)),
    lagP99Ms: round(lag * 1000),
    hubRssMb: Math.round(readResidentKb(many.hubPid) / 1024),
    hubCpuPercent: round(((readProcessorSeconds(many.hubPid) - cpu) * 100) / seconds),
  };
}

function round(value: number): number {
  return Number(value.toFixed(2));
}

async function run(many: ManyServers): Promise<void> {
  const person = await many.signIn();
  const rows: Record<string, number>[] = [];
  let begun = 0;
  for (const size of SIZES) {
    const last = Math.max(begun, size - BURST);
    await many.start(many.wanted.slice(begun, last));
    await many.waitForReady(last);
    let isOver = false;
    const pages = timePages(person, () => isOver);
    const at = performance.now();
    await many.start(many.wanted.slice(last, size));
    await many.waitForReady(size);
    const burstSeconds = round((performance.now() - at) / 1000);
    isOver = true;
    const { homeMs, formMs } = await pages;
    begun = size;
    await delay(CALM_MS);
    const row = { servers: size, ...(await measure(many)), homeMs, formMs, burstSeconds };
    rows.push(row);
    log(JSON.stringify(row));
  }
  const keys = Object.keys(rows[0] ?? {});
  log(keys.map((key) => key.padStart(key.length + 2)).join(''));
  for (const row of rows) log(keys.map((key) => String(row[key]).padStart(key.length + 2)).join(''));
  const columns = Object.fromEntries(keys.map((key) => [key, rows.map((row) => row[key])]));
  log(JSON.stringify({ bench: 'scale', ...columns }));
}

const users = Math.ceil(Math.max(...SIZES) / SERVERS_EACH);
const many = await ManyServers.open({ users, serversEach: SERVERS_EACH, pollSeconds: POLL_SECONDS });
try {
  await run(many);
} finally {
  await many.close();
}

/**
 * juhub's proxy side by side with configurable-http-proxy and nginx, in one run: the same backend, the same load, in
 * turns, so that a drift of the machine's speed touches all. What counts is how much a proxy does in a second of
 * processor time: that is what one process can do at most, and it stays true when the load or the backend is slower
 * than the proxy, or the machine is busy. Ends with one line of JSON (medians). What cannot be had here is left out.
 *
 *     npm run bench:proxy [ROUNDS] [MILLISECONDS] [IDLE WEBSOCKETS]
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Contestant, startChp, startNginx, startOwn } from './proxy/contestants.js';
import { type Done, loadRequests, loadWebSockets, openWebSockets } from './proxy/load.js';
import { readProcessorSeconds, readResidentKb } from './proxy/process-use.js';

const [rounds = 3, ms = 1500, idleSockets = 1000] = process.argv.slice(2).map(Number);
const warmUpMs = 2500;
const settleMs = 1500;

interface Discipline {
  readonly key: string;
  readonly what: string;
  /** What one answer, or one round trip, counts. */
  readonly each: number;
  run(port: number, ms: number): Promise<Done>;
}

const disciplines: readonly Discipline[] = [
  { key: 'small', what: 'replies of 100 B', each: 1, run: (port, time) => loadRequests(port, '/small', 64, time) },
  { key: 'large', what: 'MB of 10 MB replies', each: 10, run: (port, time) => loadRequests(port, '/large', 4, time) },
  { key: 'ws64', what: 'round trips of 64 B', each: 1, run: (port, time) => loadWebSockets(port, 64, 64, time) },
  { key: 'ws8k', what: 'round trips of 8 KB', each: 1, run: (port, time) => loadWebSockets(port, 8192, 64, time) },
];

/** Medians by the names of the proxies. */
type Figures = Record<string, number>;

async function measure(discipline: Discipline, contestants: readonly Contestant[]): Promise<Figures> {
  const all = new Map<string, { perProcessor: number[]; perWall: number[] }>();
  for (const { port } of contestants) await discipline.run(port, warmUpMs);
  for (let round = 0; round < rounds; round += 1) {
    for (const contestant of contestants) {
      const before = readProcessorSeconds(readPid(contestant));
      const { count, seconds } = await discipline.run(contestant.port, ms);
      const used = readProcessorSeconds(readPid(contestant)) - before;
      const found = all.get(contestant.name) ?? { perProcessor: [], perWall: [] };
      found.perProcessor.push((count * discipline.each) / used);
      found.perWall.push((count * discipline.each) / seconds);
      all.set(contestant.name, found);
    }
  }
  const figures: Figures = {};
  process.stdout.write(`\n${discipline.key}: ${discipline.what}\n`);
  for (const [name, { perProcessor, perWall }] of all) {
    figures[name] = Math.round(median(perProcessor));
    const line = `${format(figures[name])} per second of its processor time, ${format(median(perWall))} per second here`;
    process.stdout.write(`  ${name.padEnd(6)} ${line}\n`);
  }
  printRatios(figures);
  return figures;
}

/** KB that a proxy grows by for each WebSocket that is open and says nothing. */
async function measureIdle(contestants: readonly Contestant[]): Promise<Figures> {
  const figures: Figures = {};
  process.stdout.write(`\nidleWsKb: KB for each of ${idleSockets} idle WebSockets\n`);
  for (const contestant of contestants) {
    const before = readResidentKb(readPid(contestant));
    const sockets = await openWebSockets(contestant.port, idleSockets);
    await delay(settleMs);
    const kb = (readResidentKb(readPid(contestant)) - before) / idleSockets;
    figures[contestant.name] = Number(kb.toFixed(1));
    process.stdout.write(`  ${contestant.name.padEnd(6)} ${format(kb)}\n`);
    for (const socket of sockets) socket.destroy();
  }
  return figures;
}

function printRatios({ juhub, ...others }: Figures): void {
  for (const [name, figure] of Object.entries(others)) {
    process.stdout.write(`  juhub / ${name} = ${((juhub ?? Number.NaN) / figure).toFixed(2)}\n`);
  }
}

function readPid({ name, process: child }: Contestant): number {
  if (child.pid === undefined) throw new Error(`${name} does not run`);
  return child.pid;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

function format(figure: number): string {
  return figure.toLocaleString('en', { maximumFractionDigits: figure < 100 ? 1 : 0 }).padStart(9);
}

const folder = await mkdtemp(path.join(tmpdir(), 'bench-proxy-'));
const started: Contestant[] = [];

async function start(name: string, make: () => Promise<Contestant>): Promise<Contestant | undefined> {
  try {
    const contestant = await make();
    started.push(contestant);
    return contestant;
  } catch (error) {
    process.stdout.write(`${name} is left out: ${error instanceof Error ? error.message : String(error)}\n`);
    return undefined;
  }
}

/** Idle WebSockets come first: later a process has memory to spare, which would hide what they take. */
async function compare(): Promise<void> {
  const backend = await startOwn('backend', 'backend.ts', []);
  started.push(backend);
  const { port } = backend;
  const contestants = [
    await start('juhub', () => startOwn('juhub', 'run-juhub.ts', [String(port), folder])),
    await start('configurable-http-proxy', () => startChp(port)),
    await start('nginx', () => startNginx(port, folder)),
  ].filter((each) => each !== undefined);
  for (const contestant of contestants) await loadWebSockets(contestant.port, 64, 16, warmUpMs);
  const idleWsKb = await measureIdle(contestants);
  const found: Record<string, Figures> = {};
  for (const discipline of disciplines) found[discipline.key] = await measure(discipline, contestants);
  process.stdout.write('\nNot measured here: the way through SSH tunnels (tunnel, tunnelRtt20).\n');
  process.stdout.write(`${JSON.stringify({ bench: 'proxy', ...found, tunnel: null, tunnelRtt20: null, idleWsKb })}\n`);
}

try {
  await compare();
} finally {
  for (const { process: child } of started) child.kill();
  await rm(folder, { recursive: true, force: true });
}

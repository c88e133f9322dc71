/**
 * juhub's proxy side by side with configurable-http-proxy and nginx, in one run: the same backend, the same load, in
 * turns, so that a drift of the machine's speed touches all. What counts for the proxy alone is how much it does in a
 * second of processor time: that is what one process can do at most, and it stays true when the load or the backend is
 * slower than the proxy, or the machine is busy. Through SSH, where several processes work, the clock counts. Ends with
 * one line of JSON (medians). What cannot be had here is left out, and is null there.
 *
 *     npm run bench:proxy [ROUNDS] [MILLISECONDS] [IDLE WEBSOCKETS]
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Contestant, startChp, startJuhub, startNginx, startOwn, startSecureJuhub } from './proxy/contestants.js';
import {
  loadRequests,
  loadUploads,
  loadWebSockets,
  openSlowReaders,
  openSocket,
  openUnixSocket,
  openWebSockets,
  timeRequests,
} from './proxy/load.js';
import { loadStreams, openTlsSocket } from './proxy/load-tls.js';
import {
  type Discipline,
  type Figures,
  format,
  measure,
  median,
  readPid,
  say,
  sayMet,
  sayRatio,
  warmUpMs,
} from './proxy/measure.js';
import { readMostOpenFiles, readResidentKb } from './proxy/process-use.js';
import { addRoutes, findRoutes, routePath } from './proxy/routes.js';
import { layTunnels } from './proxy/tunnel.js';

const [rounds = 3, ms = 1500, wantedSockets = 10_000] = process.argv.slice(2).map(Number);
/** A proxy has two descriptors for each, and some of its own. */
const idleSockets = Math.min(wantedSockets, Math.floor((readMostOpenFiles() - 500) / 2));
const turns = { rounds, ms };
const settleMs = 1500;
/** In each direction. */
const farMs = 10;
const manyRoutes = 100_000;
const someRoutes = 1000;
const slowReaders = 100;
const slowMs = 5000;

const processor = { per: 'processor', each: 1 } as const;
const small: Discipline = {
  ...{ ...processor, key: 'small', what: 'replies of 100 B' },
  run: ({ port }, time) => loadRequests(port, '/small', 64, time),
};
const large: Discipline = {
  ...{ ...processor, key: 'large', what: 'MB of 10 MB replies', each: 10 },
  run: ({ port }, time) => loadRequests(port, '/large', 4, time),
};
const upload: Discipline = {
  ...{ ...processor, key: 'upload', what: 'MB of 100 MB uploads' },
  run: ({ port }, time) => loadUploads(port, 100, 4, time),
};
const ws64: Discipline = {
  ...{ ...processor, key: 'ws64', what: 'round trips of 64 B on 64 WebSockets' },
  run: ({ port }, time) => loadWebSockets(port, 64, 64, time),
};
const ws8k: Discipline = {
  ...{ ...processor, key: 'ws8k', what: 'round trips of 8 KB on 64 WebSockets' },
  run: ({ port }, time) => loadWebSockets(port, 8192, 64, time),
};

/** Over TLS: HTTP/2 as browsers speak it, and HTTP/1.1 beside it. */
const secure: readonly Discipline[] = [
  {
    ...{
      ...processor,
      key: 'h2small',
      what: 'replies of 100 B over HTTP/2 (TLS), 16 at once on each of 4 connections',
    },
    run: ({ port }, time) => loadStreams(port, '/small', { connections: 4, streams: 16 }, time),
  },
  {
    ...{ ...processor, key: 'tlsSmall', what: 'replies of 100 B over HTTP/1.1 and TLS, on 64 connections' },
    run: ({ port }, time) => loadRequests(port, '/small', 64, time, openTlsSocket),
  },
  {
    ...{ ...processor, key: 'h2large', what: 'MB of 10 MB replies over HTTP/2 (TLS), on 4 connections', each: 10 },
    run: ({ port }, time) => loadStreams(port, '/large', { connections: 4, streams: 1 }, time),
  },
  {
    ...{ ...processor, key: 'tlsLarge', what: 'MB of 10 MB replies over HTTP/1.1 and TLS, on 4 connections', each: 10 },
    run: ({ port }, time) => loadRequests(port, '/large', 4, time, openTlsSocket),
  },
];

/** What each has to reach, as a multiple of the other's figure. */
const aims: readonly { discipline: Discipline; chp?: number; nginx?: number }[] = [
  { discipline: small, chp: 4, nginx: 0.6 },
  { discipline: large, chp: 2.5 },
  { discipline: upload, chp: 2.5 },
  { discipline: ws64, chp: 1 },
  { discipline: ws8k, chp: 1 },
];

const folder = await mkdtemp(path.join(tmpdir(), 'bench-proxy-'));
const started: Contestant[] = [];
const closers: (() => Promise<void>)[] = [];
const keep = (contestant: Contestant): Contestant => {
  started.push(contestant);
  return contestant;
};

async function start(name: string, make: () => Promise<Contestant>): Promise<Contestant | undefined> {
  try {
    return keep(await make());
  } catch (error) {
    say(`${name} is left out: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

/** KB that a proxy grows by for each WebSocket that is open and says nothing. */
async function measureIdle(contestants: readonly Contestant[]): Promise<Figures> {
  const figures: Figures = {};
  say(`\nidleWsKb: KB for each of ${idleSockets} idle WebSockets`);
  for (const contestant of contestants) {
    const before = readResidentKb(readPid(contestant));
    const sockets = await openWebSockets(contestant.port, idleSockets);
    await delay(settleMs);
    const kb = (readResidentKb(readPid(contestant)) - before) / idleSockets;
    figures[contestant.name] = Number(kb.toFixed(1));
    say(`  ${contestant.name.padEnd(12)} ${format(kb)}`);
    for (const socket of sockets) socket.destroy();
  }
  say(`  juhub: aim under 20: ${sayMet((figures.juhub ?? Number.NaN) < 20)}`);
  return figures;
}

/** The most memory that a proxy holds, in MB, while clients hardly read what they asked for. */
async function measureSlowReaders(contestants: readonly Contestant[]): Promise<Figures> {
  const figures: Figures = {};
  say(`\nslowReadersMb: MB of the whole process with ${slowReaders} slow readers of 1 GB each`);
  for (const contestant of contestants) {
    const sockets = await openSlowReaders(contestant.port, '/gigabyte', slowReaders);
    let most = 0;
    for (const end = Date.now() + slowMs; Date.now() < end; await delay(100)) {
      most = Math.max(most, readResidentKb(readPid(contestant)));
    }
    figures[contestant.name] = Math.round(most / 1024);
    say(`  ${contestant.name.padEnd(12)} ${format(most / 1024)}`);
    for (const socket of sockets) socket.destroy();
  }
  say(`  juhub: aim under 300: ${sayMet((figures.juhub ?? Number.NaN) < 300)}`);
  return figures;
}

/** Many routes in one proxy, beside some and one in others. */
async function measureRoutes(target: string, juhub: Contestant, chp: Contestant | undefined): Promise<object> {
  const some = keep(await startJuhub(target, folder, 'some-routes'));
  const many = keep(await startJuhub(target, folder, 'many-routes'));
  say(`\naddRoutes100k: over the REST API, ${manyRoutes} of them`);
  await addRoutes(some, someRoutes, target);
  const added = {
    juhub: await addRoutes(many, manyRoutes, target),
    ...(chp && { chp: await addRoutes(chp, 5000, target) }),
  };
  const found = { juhub: await findRoutes(many, manyRoutes), ...(chp && { chp: await findRoutes(chp, 5000) }) };
  const run: Discipline['run'] = ({ port }, time) => loadRequests(port, `${routePath(someRoutes - 1)}/small`, 64, time);
  const what = `small replies with one route, ${someRoutes} and ${manyRoutes}`;
  const figures = await measure({ ...processor, key: 'routes', what, run }, [juhub, some, many], turns);
  for (const { name } of [some, many]) sayRatio(`${name} / one route`, figures[name], figures.juhub);
  return { addRoutes100k: added, findRoute100kUs: found, routes: figures };
}

/** HTTP/2, and HTTP/1.1 over TLS. */
async function measureSecure(target: string, nginx: Contestant | undefined): Promise<Record<string, Figures>> {
  const contestants = [keep(await startSecureJuhub(target, folder))];
  if (nginx?.tlsPort !== undefined) contestants.push({ ...nginx, port: nginx.tlsPort });
  const found: Record<string, Figures> = {};
  for (const discipline of secure) {
    const figures = await measure(discipline, contestants, turns);
    found[discipline.key] = figures;
    sayRatio('juhub / nginx', figures.juhub, figures.nginx);
  }
  sayRatio('\n  small replies of juhub, HTTP/2 / HTTP/1.1 over TLS', found.h2small?.juhub, found.tlsSmall?.juhub);
  sayRatio('large replies of juhub, HTTP/2 / HTTP/1.1 over TLS', found.h2large?.juhub, found.tlsLarge?.juhub);
  return found;
}

/** Through SSH. Null where there is no sshd to be had. */
async function measureTunnel(backendPort: number, delayMs: number): Promise<object> {
  const key = delayMs === 0 ? 'tunnel' : `tunnelRtt${2 * delayMs}`;
  try {
    const atEnd = (close: () => Promise<void>): void => void closers.push(close);
    const { ways: contestants, tunnel, sshEnds } = await layTunnels({ backendPort, delayMs, folder, keep, atEnd });
    const run: Discipline['run'] = ({ port, socketPath }, time) =>
      loadRequests(port, '/large', 1, time, socketPath === undefined ? openSocket : () => openUnixSocket(socketPath));
    const what = 'MB of 10 MB replies through SSH, one after the other';
    const all = [...contestants, tunnel];
    const bytes = await measure({ key, what, each: 10, per: 'wall', run }, all, { rounds: 2 * rounds + 1, ms });
    sayRatio('the connector alone / ssh -L', bytes.connector, bytes.sshL, delayMs === 0 ? 0.95 : 2.5);
    sayRatio('juhub / ssh -L', bytes.juhub, bytes.sshL, delayMs === 0 ? 0.95 : 2.5);
    if (delayMs > 0) return { [key]: bytes };
    sayRatio('juhub / configurable-http-proxy over ssh -L', bytes.juhub, bytes.chp, 1.5);
    const spent = { key: 'tunnelProcessor', what: 'the same, for the connector and for ssh', each: 10, run };
    const cost = await measure({ ...spent, per: 'processor' }, sshEnds, turns);
    sayRatio('connector / ssh', cost.juhub, cost.sshL);
    const asked = await measure({ ...small, key: 'tunnelSmall', per: 'wall' }, contestants, turns);
    sayRatio('juhub / configurable-http-proxy over ssh -L', asked.juhub, asked.chp, 3);
    const took: Figures = {};
    say('\ntunnel50kMs: one reply of 50 KB at a time through SSH, the median in milliseconds');
    for (const { name, port } of contestants) {
      await loadRequests(port, '/middle', 1, warmUpMs);
      took[name] = Number(median(await timeRequests(port, '/middle', 300)).toFixed(2));
      say(`  ${name.padEnd(12)} ${format(took[name])}`);
    }
    say(`  juhub: aim under 1: ${sayMet((took.juhub ?? Number.NaN) < 1)}`);
    return { [key]: bytes, tunnelProcessor: cost, tunnelSmall: asked, tunnel50kMs: took };
  } catch (error) {
    say(`\n${key} is left out: ${error instanceof Error ? error.message : String(error)}`);
    return { [key]: null };
  }
}

/**
 * What goes through SSH comes first: there the load and the backend share the processors with what is measured, and they
 * are slower once they have done everything else. Then idle WebSockets: later a proxy has memory to spare, which would
 * hide what they take.
 */
async function compare(): Promise<void> {
  const { port } = keep(await startOwn('backend', 'backend.ts', []));
  const tunnels = { ...(await measureTunnel(port, 0)), ...(await measureTunnel(port, farMs)) };
  const target = `http://127.0.0.1:${port}`;
  const juhub = keep(await startJuhub(target, folder));
  const chp = await start('configurable-http-proxy', () => startChp(target));
  const nginx = await start('nginx', () => startNginx(port, folder));
  const contestants = [juhub, chp, nginx].filter((each) => each !== undefined);
  for (const contestant of contestants) await loadWebSockets(contestant.port, 64, 16, 2500);
  const idleWsKb = await measureIdle(contestants);
  const found: Record<string, Figures> = {};
  for (const { discipline, ...least } of aims) {
    const figures = await measure(discipline, contestants, turns);
    found[discipline.key] = figures;
    sayRatio('juhub / configurable-http-proxy', figures.juhub, figures.chp, least.chp);
    sayRatio('juhub / nginx', figures.juhub, figures.nginx, least.nginx);
  }
  const secured = await measureSecure(target, nginx);
  const slowReadersMb = await measureSlowReaders(contestants);
  const routes = await measureRoutes(target, juhub, chp);
  process.stdout.write(
    `\n${JSON.stringify({ bench: 'proxy', ...found, ...secured, ...tunnels, idleWsKb, slowReadersMb, ...routes })}\n`,
  );
}

async function end(): Promise<void> {
  for (const { process: child } of started) child.kill();
  await Promise.all(closers.map((close) => close()));
  await rm(folder, { recursive: true, force: true });
}

/** Whatever happens, nothing is left running. */
function giveUp(reason: unknown): void {
  process.stderr.write(`${reason instanceof Error ? reason.stack : String(reason)}\n`);
  void end().finally(() => process.exit(1));
}

process.once('SIGTERM', giveUp);
process.once('SIGINT', giveUp);
process.once('uncaughtException', giveUp);
try {
  await compare();
} finally {
  await end();
}

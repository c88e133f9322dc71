import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import { readJobName } from '../../packages/hub/src/spawn/scheduler/scheduler.js';
import { ProxyClient } from '../../packages/proxy/src/index.js';
import { type Cluster, runOn } from '../cluster/cluster.js';
import type { Alive, Person } from './person.js';

/** A server that a test started, and how it should be when all is well again. */
export interface ExpectedServer {
  readonly person: Person;
  readonly name: string;
  id: string;
  /** `ready`, or the reasons of which one must be given for its end. */
  fate: 'ready' | readonly string[];
  /** Slurm itself may have forgotten its job, or that it had started it: then it may have ended by that. */
  mayBeForgotten?: boolean;
  /** What its program said of itself when it was ready first; a job that Slurm starts anew has another one. */
  alive?: Alive | undefined;
}

/** What is wrong, each in one sentence; four empty lists when all is well. */
export interface Wrongs {
  readonly lost: string[];
  readonly doubled: string[];
  readonly orphaned: string[];
  readonly untrue: string[];
}

/** A server as the database has it. */
export interface ServerRow {
  readonly id: string;
  readonly state: string;
  readonly job_id: string | null;
  readonly account: string;
  readonly submit_attempted_at: string | null;
  readonly submitted_at: string | null;
  readonly endpoint_host: string | null;
  readonly end_reason: string | null;
  readonly end_message: string | null;
  readonly unreachable_since: string | null;
  readonly unreachable_reason: string | null;
}

interface Job {
  readonly id: string;
  readonly serverId: string;
  readonly state: string;
  /** Whether the controller knows it, or only the accounting does. */
  readonly isKnown: boolean;
}

const LIVING = /^(PENDING|RUNNING|SUSPENDED|CONFIGURING|STOPPED)/;

/** The four checks: no server lost, no job doubled, no job or anything else orphaned, every reason true. */
export async function findWrongs(
  cluster: Cluster,
  stateDir: string,
  servers: readonly ExpectedServer[],
): Promise<Wrongs> {
  const rows = readRows(stateDir);
  const [jobs, folders, routes] = await Promise.all([listJobs(cluster), listFolders(cluster), listRoutes(stateDir)]);
  const idsOfMany = findIdsOfMany(jobs);
  const lost = await Promise.all(servers.map((server) => findLoss(server, rows.get(server.id), idsOfMany)));
  const tunnels = readdirSync(path.join(stateDir, 'tunnels')).map((file) => file.replace(/\.sock$/, ''));
  return {
    lost: lost.flat(),
    doubled: findDoubled(jobs.filter(isReal)),
    orphaned: findOrphans({ rows, jobs: jobs.filter(isReal), folders, routes, tunnels }),
    untrue: servers.flatMap((server) => findUntruth(server, rows.get(server.id), idsOfMany)),
  };
}

/** Whether nothing is wrong. */
export function isWell({ lost, doubled, orphaned, untrue }: Wrongs): boolean {
  return lost.length + doubled.length + orphaned.length + untrue.length === 0;
}

/**
 * Whether Slurm itself ended a server: it has forgotten its job; or it started a job again that it had forgotten to have
 * started, or gave the id of a forgotten job to another. The node refuses both, for it knows the id.
 */
function isSlurmsDoing({ mayBeForgotten }: ExpectedServer, row: ServerRow, idsOfMany: ReadonlySet<string>): boolean {
  const isForgotten = mayBeForgotten === true && ['vanished', 'failed'].includes(row.end_reason ?? '');
  return row.state === 'ended' && (isForgotten || (row.end_reason === 'failed' && idsOfMany.has(row.job_id ?? '')));
}

async function findLoss(
  server: ExpectedServer,
  row: ServerRow | undefined,
  idsOfMany: ReadonlySet<string>,
): Promise<string[]> {
  const { person, name, fate, alive } = server;
  if (row === undefined) {
    return [`${name} has no row any more`];
  }
  if (isSlurmsDoing(server, row, idsOfMany)) {
    return [];
  }
  if (fate !== 'ready') {
    return row.state === 'ended' ? [] : [`${name} should have ended, and is ${row.state}`];
  }
  if (row.state !== 'ready') {
    return [`${name} should be ready, and is ${row.state} (${row.end_reason} ${row.unreachable_reason ?? ''})`];
  }
  try {
    const now = await person.askAlive(name);
    server.alive ??= now;
    return alive === undefined || alive.boot === now.boot ? [] : [`${name} is another program than before`];
  } catch (error) {
    return [`${name} does not answer: ${error instanceof Error ? error.message : error}`];
  }
}

function findDoubled(jobs: readonly Job[]): string[] {
  const byServer = new Map<string, Set<string>>();
  for (const job of jobs) {
    byServer.set(job.serverId, (byServer.get(job.serverId) ?? new Set()).add(job.id));
  }
  return [...byServer]
    .filter(([, ids]) => ids.size > 1)
    .map(([id, ids]) => `${id} has the jobs ${[...ids].join(', ')}`);
}

function findOrphans(found: {
  rows: ReadonlyMap<string, ServerRow>;
  jobs: readonly Job[];
  folders: readonly string[];
  routes: readonly string[];
  tunnels: readonly string[];
}): string[] {
  const isLiving = (id: string) => found.rows.has(id) && found.rows.get(id)?.state !== 'ended';
  const jobs = found.jobs
    .filter((job) => LIVING.test(job.state))
    .filter((job) => !isLiving(job.serverId) || found.rows.get(job.serverId)?.job_id !== job.id);
  return [
    ...jobs.map((job) => `job ${job.id} of ${job.serverId} is ${job.state} and nobody's`),
    ...found.folders.filter((id) => !isLiving(id)).map((id) => `the folder of ${id} was left`),
    ...found.routes.filter((id) => !isLiving(id)).map((id) => `a route leads to ${id}`),
    ...found.tunnels.filter((id) => !isLiving(id)).map((id) => `a tunnel leads to ${id}`),
  ];
}

function findUntruth(server: ExpectedServer, row: ServerRow | undefined, idsOfMany: ReadonlySet<string>): string[] {
  const { name, fate } = server;
  if (row === undefined || isSlurmsDoing(server, row, idsOfMany)) {
    return [];
  }
  if (row.state !== 'ended') {
    return row.unreachable_since === null
      ? []
      : [`${name} is still said to be out of reach: ${row.unreachable_reason}`];
  }
  const isTrue = fate !== 'ready' && fate.includes(row.end_reason ?? '') && row.end_message !== null;
  return isTrue ? [] : [`${name} is said to have ended as ${row.end_reason}: ${row.end_message}`];
}

function readRows(stateDir: string): ReadonlyMap<string, ServerRow> {
  const database = new Sqlite(path.join(stateDir, 'juhub.db'), { readonly: true });
  try {
    const rows = database.prepare('select * from servers').all() as ServerRow[];
    return new Map(rows.map((row) => [row.id, row]));
  } finally {
    database.close();
  }
}

/** Every job that the cluster has or had for a server: what the controller knows counts before the accounting does. */
async function listJobs(cluster: Cluster): Promise<Job[]> {
  const ask = async (isKnown: boolean, ...argv: string[]) => {
    const lines = (await runOn(cluster, 'login', argv)).split('\n').map((line) => line.split('|'));
    return lines.map(([id = '', name = '', state = '']) => ({ id, serverId: readJobName(name), state, isKnown }));
  };
  const [queued, accounted] = await Promise.all([
    ask(true, 'squeue', '--all', '--noheader', '--states=all', '--format=%A|%j|%T'),
    ask(false, 'sacct', '-aXDnP', '--format=JobID,JobName,State'),
  ]);
  const jobs = new Map<string, Job>();
  for (const { serverId, ...job } of [...accounted, ...queued]) {
    if (serverId !== undefined) {
      jobs.set(`${job.id} ${serverId}`, { serverId, ...job });
    }
  }
  return [...jobs.values()];
}

/** Ids that Slurm gave to several jobs: it had lost the first. */
function findIdsOfMany(jobs: readonly Job[]): ReadonlySet<string> {
  const ids = jobs.map(({ id }) => id);
  return new Set(ids.filter((id, index) => ids.indexOf(id) !== index));
}

/** The accounting believes for ever that a job lives which a `kill -9` of slurmctld has lost. */
function isReal({ isKnown, state }: Job): boolean {
  return isKnown || !LIVING.test(state);
}

async function listFolders(cluster: Cluster): Promise<string[]> {
  const look = 'for home in /home/*; do ls -A "$home/.juhub/servers" 2>/dev/null; done; true';
  const stdout = await runOn(cluster, 'login', ['sh', '-c', look]);
  return stdout.split('\n').filter((line) => line !== '');
}

async function listRoutes(stateDir: string): Promise<string[]> {
  const token = readFileSync(path.join(stateDir, 'proxy-token'), 'utf8').trim();
  const client = new ProxyClient({ socketPath: path.join(stateDir, 'proxy-admin.sock'), token });
  const routes = Object.values(await client.listRoutes()) as { server?: string }[];
  return routes.flatMap(({ server }) => server ?? []);
}

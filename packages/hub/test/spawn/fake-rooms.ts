import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ConnectorClient } from '@juhub/connector';
import type { ProxyClient } from '@juhub/proxy';
import { type Database, openDatabase } from '../../src/db/open-database.js';
import type { NewServer } from '../../src/db/server-row.js';
import { EndpointWatcher } from '../../src/spawn/endpoint-watcher.js';
import type { FollowerRooms } from '../../src/spawn/follower-rooms.js';
import { JobPoller } from '../../src/spawn/job-poller.js';
import { type EndedSession, RevokedSessions } from '../../src/spawn/revoked-sessions.js';
import type {
  FoundJob,
  JobRef,
  JobStatus,
  JobToSubmit,
  Outcome,
  Scheduler,
} from '../../src/spawn/scheduler/scheduler.js';
import { ServerRecords } from '../../src/spawn/server-records.js';
import { Turns } from '../../src/spawn/turns.js';

export const silentLog = { debug() {}, info() {}, warn() {}, error() {} };

/** A scheduler that keeps its jobs in memory, for faults that no real one can be made to show at a wanted moment. */
export class FakeScheduler implements Scheduler {
  readonly jobs = new Map<string, { serverId: string; account: string; status: JobStatus }>();
  submissions = 0;
  cancellations = 0;
  /** Set: every question fails with it. */
  unreachable: Error | undefined;
  /** Called after a job was taken and before its id is returned. */
  afterSubmit: () => void = () => {};

  async submit(job: JobToSubmit): Promise<string> {
    this.#reach();
    this.submissions += 1;
    const jobId = String(100 + this.submissions);
    this.jobs.set(jobId, { serverId: job.serverId, account: job.account, status: running(jobId) });
    this.afterSubmit();
    return jobId;
  }

  async find(job: { serverId: string }): Promise<string | undefined> {
    this.#reach();
    return [...this.jobs].find(([, known]) => known.serverId === job.serverId)?.[0];
  }

  async poll(jobs: readonly JobRef[]): Promise<ReadonlyMap<string, JobStatus>> {
    this.#reach();
    return new Map(
      jobs.flatMap(({ serverId, jobId }) => {
        const status = this.jobs.get(jobId)?.status;
        return status === undefined ? [] : [[serverId, status] as const];
      }),
    );
  }

  async outcome(job: JobRef): Promise<Outcome> {
    this.#reach();
    return this.jobs.get(job.jobId)?.status ?? 'unknown';
  }

  async list(): Promise<readonly FoundJob[]> {
    this.#reach();
    return [...this.jobs].map(([jobId, { serverId, account, status }]) => ({ ...status, serverId, account, jobId }));
  }

  async cancel(job: JobRef): Promise<void> {
    this.#reach();
    this.cancellations += 1;
    this.say(job.jobId, { phase: 'over', state: 'CANCELLED' });
  }

  /** Changes what is said of a job. */
  say(jobId: string, news: Partial<JobStatus>): void {
    const job = this.jobs.get(jobId);
    if (job !== undefined) {
      job.status = { ...job.status, ...news };
    }
  }

  #reach(): void {
    if (this.unreachable !== undefined) {
      throw this.unreachable;
    }
  }
}

function running(jobId: string): JobStatus {
  return { jobId, phase: 'running', state: 'RUNNING', nodes: ['gpu1'], startedAt: new Date(1_700_000_000_000) };
}

/** A proxy and a connector that only keep lists; the tunnel's end is one real HTTP server that knows one secret. */
export class FakeEnds {
  readonly routes = new Map<string, unknown>();
  /** How often a route was set. */
  routesSet = 0;
  readonly tunnels = new Set<string>();

  /** Set: no connection gets through a tunnel, and the connector says so. */
  portTrouble: string | undefined;
  /** The tunnels' SSH connections are away. */
  isSiteAway = false;
  /** Set: nothing listens at this port any more. */
  deadPort: number | undefined;

  #routeAdded: (() => void) | undefined;

  constructor(private readonly socketPath: string) {}

  /** Resolves when the next route is added. */
  untilRoute(): Promise<void> {
    return new Promise((resolve) => {
      this.#routeAdded = resolve;
    });
  }

  readonly connector = {
    openTunnel: async ({ name, port }: { name: string; port: number }) => {
      this.tunnels.add(name);
      return { name, socketPath: this.#socketOf(this.portTrouble === undefined && port !== this.deadPort) };
    },
    readTunnel: async (name: string) => {
      const socketPath = this.#socketOf(this.portTrouble === undefined);
      return { name, socketPath, state: this.isSiteAway ? 'waiting' : 'open', lastError: this.portTrouble };
    },
    closeTunnel: async (name: string) => void this.tunnels.delete(name),
    listTunnels: async () => [...this.tunnels].map((name) => ({ name })),
  } as unknown as ConnectorClient;

  readonly proxy = {
    addRoute: async (path: string, route: unknown) => {
      this.routes.set(path, route);
      this.routesSet += 1;
      this.#routeAdded?.();
    },
    deleteRoute: async (path: string) => void this.routes.delete(path),
    listRoutes: async () => Object.fromEntries(this.routes),
    getRoute: async (path: string) => this.routes.get(path),
  } as unknown as ProxyClient;

  #socketOf(isReached: boolean): string {
    return isReached ? this.socketPath : `${this.socketPath}.nobody`;
  }
}

export const SECRET = 'ab'.repeat(32);

export const newServer: NewServer = {
  id: '0123456789abcdef',
  userName: 'alice',
  name: 'default',
  site: 'cluster',
  account: 'alice',
  scheduler: 'slurm',
  template: 'jupyterlab',
  templateVersion: '1',
  choices: {},
  createdAt: new Date(),
  script: '#!/bin/sh\n',
  secret: SECRET,
};

/** Rooms for followers: a real SQLite database, a real HTTP server behind the tunnel, and the fakes above. */
export async function makeRooms() {
  const folder = mkdtempSync(path.join(tmpdir(), 'juhub-spawn-'));
  const database: Database = await openDatabase({ engine: 'sqlite', file: path.join(folder, 'juhub.db') });
  const socketPath = path.join(folder, 'server.sock');
  /** What the server behind the tunnel answers to whoever knows its secret. */
  const program: { answer: http.RequestListener } = { answer: (_request, response) => response.end() };
  const server = http.createServer((request, response) => {
    if (request.headers.authorization === `token ${SECRET}`) {
      program.answer(request, response);
      return;
    }
    response.statusCode = 403;
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));

  const scheduler = new FakeScheduler();
  const ends = new FakeEnds(socketPath);
  const poller = new JobPoller(scheduler, { calmMs: 20, urgentMs: 10 });
  const cluster = { endpoint: '', commands: 0 };
  const run = async ({ argv }: { argv: readonly string[] }) => {
    cluster.commands += 1;
    const isWait = argv[2]?.includes('endpoint') === true;
    const stdout = isWait && cluster.endpoint !== '' ? `${argv[4]} ${cluster.endpoint}\n` : '';
    return { stdout, stderr: '', exitCode: 0 };
  };
  const records = new ServerRecords(database);
  const ended: EndedSession[] = [];
  const revoked = new RevokedSessions(async () => ended);
  const turns = new Turns({ startsAtOnce: 1, startsAtOnceForUser: 1, sites: new Map([['cluster', 1]]) });
  const doubts = { count: 0 };
  const rooms: FollowerRooms = {
    records,
    ends,
    turns,
    revoked,
    scheduler,
    poller,
    watcher: new EndpointWatcher(run, silentLog),
    run,
    startTimeoutMs: 60_000,
    doubtSubmission: () => {
      doubts.count += 1;
    },
    log: silentLog,
  };
  const close = async () => {
    await poller.close();
    server.close();
    await database.close();
    rmSync(folder, { recursive: true });
  };
  return { rooms, database, records, turns, scheduler, ends, program, cluster, ended, doubts, close };
}

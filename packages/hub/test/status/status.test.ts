import { mkdtempSync, rmSync, statSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { ConnectionStatus } from '@juhub/connector';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ServerRow } from '../../src/db/server-row.js';
import { nameProgram } from '../../src/sites/name-program.js';
import { addConnectorFigures } from '../../src/status/connector-figures.js';
import { createRegistry } from '../../src/status/create-registry.js';
import { findConnectionTroubles, findProxyTroubles } from '../../src/status/find-troubles.js';
import { addServerFigures, addSiteCommandFigures } from '../../src/status/hub-figures.js';
import { HubStatus } from '../../src/status/hub-status.js';
import { openStatus } from '../../src/status/open-status.js';
import type { Trouble } from '../../src/status/trouble.js';
import { makeServerRow } from '../pages/examples.js';

let folder: string;
const closers: (() => Promise<void>)[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'juhub-status-'));
});

afterEach(async () => {
  for (const close of closers.splice(0)) {
    await close();
  }
  rmSync(folder, { recursive: true, force: true });
});

const connection = (different: Partial<ConnectionStatus>): ConnectionStatus =>
  ({
    site: 'cluster',
    state: 'connected',
    reconnects: 0,
    commandsRunning: 0,
    commandsWaiting: 0,
    ...different,
  }) as ConnectionStatus;

async function open(registry = createRegistry('connector'), troubles: Trouble[] = []): Promise<string> {
  const socketPath = join(folder, 'connector-status.sock');
  const { close } = await openStatus({ socketPath, registry, findTroubles: async () => troubles });
  closers.push(close);
  return socketPath;
}

async function ask(socketPath: string, path: string): Promise<{ status: number; body: string }> {
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    http.get({ socketPath, path, agent: false }, resolve).once('error', reject);
  });
  return { status: response.statusCode ?? 0, body: await text(response) };
}

describe('The status socket of a process', () => {
  it('tells the metrics with the name of the process and the lag of its event loop, to this account alone', async () => {
    const socket = await open();
    const { body } = await ask(socket, '/metrics');
    expect(body).toMatch(/^nodejs_eventloop_lag_p99_seconds\{part="connector"\} /m);
    expect(statSync(socket).mode & 0o777).toBe(0o600);
  });

  it('says that a process is troubled, with the words, and answers 503 only when it can do nothing', async () => {
    const troubles: Trouble[] = [];
    const socket = await open(undefined, troubles);
    expect(JSON.parse((await ask(socket, '/health')).body)).toEqual({ status: 'ok', troubles: [] });
    troubles.push({ what: 'site:cluster', message: 'It is away.', isFatal: false });
    const troubled = await ask(socket, '/health');
    expect([troubled.status, JSON.parse(troubled.body).status]).toEqual([200, 'troubled']);
    troubles.push({ what: 'database', message: 'It is away.', isFatal: true });
    const failing = await ask(socket, '/health');
    expect([failing.status, JSON.parse(failing.body)]).toEqual([503, { status: 'failing', troubles }]);
  });
});

describe('What is wrong', () => {
  it('is told once a site, with how many connections are away and the words of the first', () => {
    const away = connection({ state: 'backoff', lastError: 'login1 refuses connections.' });
    const found = findConnectionTroubles([away, connection({}), connection({ site: 'other' })]);
    const message = '1 of 2 SSH connections to cluster are away: login1 refuses connections.';
    expect(found).toEqual([{ what: 'site:cluster', message, isFatal: false }]);
  });

  it('is for the proxy that the hub does not answer', async () => {
    const [trouble] = await findProxyTroubles(join(folder, 'hub.sock'));
    expect(trouble?.message).toMatch(/^The hub does not answer, so no page and no new server: /);
  });
});

describe('The figures', () => {
  it('count SSH connections, reconnects and tunnels by site, whatever account they belong to', async () => {
    const registry = createRegistry('connector');
    addConnectorFigures(registry, {
      connections: () => [
        connection({ account: 'alice', reconnects: 2 }),
        connection({ account: 'bob', reconnects: 3 }),
      ],
      tunnels: () => [],
    });
    await registry.metrics();
    const text = await registry.metrics();
    expect(text).toContain('juhub_ssh_reconnects_total{site="cluster",part="connector"} 5\n');
    expect(text).toContain('juhub_ssh_connections{site="cluster",state="connected",part="connector"} 2\n');
    expect(text).not.toContain('alice');
  });

  it('have servers by site and state with zeros where there are none, and the times of the steps of starts', async () => {
    const registry = createRegistry('hub');
    const listeners: ((row: ServerRow) => void)[] = [];
    const onMove = (row: ServerRow) => listeners.forEach((listener) => void listener(row));
    addServerFigures(registry, {
      records: {
        countActive: async () => [{ site: 'cluster', state: 'ready', count: 3 }],
        onMove: (callback) => void listeners.push(callback),
      },
      turns: { count: () => [{ site: 'cluster', waiting: 180, inUse: 10 }] },
      siteNames: ['cluster', 'other'],
    });
    const createdAt = new Date(Date.now() - 90_000);
    const jobStartedAt = new Date(Date.now() - 15_000);
    onMove({ ...makeServerRow(), site: 'cluster', state: 'ready', createdAt, jobStartedAt });
    onMove({ ...makeServerRow(), site: 'cluster', state: 'ended', endReason: 'wall-time' });
    onMove({ ...makeServerRow(), site: 'cluster', state: 'ended', endReason: 'idle' });
    const text = await registry.metrics();
    expect(text).toContain('juhub_servers{site="cluster",state="ready",part="hub"} 3\n');
    expect(text).toContain('juhub_starts{site="cluster",state="waiting",part="hub"} 180\n');
    expect(text).toContain('juhub_starts{site="cluster",state="under-way",part="hub"} 10\n');
    expect(text).toContain('juhub_servers{site="other",state="queued",part="hub"} 0\n');
    expect(text).toContain('juhub_spawn_step_seconds_bucket{le="10",part="hub",site="cluster",step="start"} 0\n');
    expect(text).toContain('juhub_spawn_step_seconds_bucket{le="20",part="hub",site="cluster",step="start"} 1\n');
    expect(text).toContain('juhub_spawn_step_seconds_bucket{le="120",part="hub",site="cluster",step="all"} 1\n');
    expect(text).toContain('juhub_servers_ended_total{site="cluster",reason="wall-time",part="hub"} 1\n');
    expect(text).toContain('juhub_servers_ended_total{site="cluster",reason="idle",part="hub"} 1\n');
    expect(text).toContain('juhub_servers_ended_total{site="other",reason="idle",part="hub"} 0\n');
  });

  it('name the program that a site ran, and why it could not be asked', async () => {
    const registry = createRegistry('hub');
    const program = nameProgram(['env', '-u', 'SQUEUE_ALL', 'SLURM_TIME_FORMAT=%s', '/opt/slurm/bin/squeue', '--me']);
    addSiteCommandFigures(registry)({ site: 'cluster', program, outcome: 'unreachable', tookMs: 300 });
    expect(await registry.metrics()).toContain(
      'juhub_site_queries_total{site="cluster",program="squeue",outcome="unreachable",part="hub"} 1\n',
    );
  });

  it('of all processes come together, and one that is away is named instead of hiding the others', async () => {
    await open();
    const sockets = { connector: join(folder, 'connector-status.sock'), hub: '', proxy: join(folder, 'proxy.sock') };
    const text = await new HubStatus(createRegistry('hub'), sockets, async () => []).writeMetrics();
    expect(text).toContain('juhub_part_up{part="connector"} 1\n');
    expect(text).toContain('juhub_part_up{part="proxy"} 0\n');
    expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds\{part="connector"\} /m);
    expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds\{part="hub"\} /m);
    expect(text.match(/^# TYPE nodejs_eventloop_lag_p99_seconds /gm)).toHaveLength(1);
  });
});

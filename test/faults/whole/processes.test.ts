import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import { expect, vi } from 'vitest';
import { cancelByHand, jobOf, untilForgotten } from '../by-hand.js';
import { describeFaults } from '../describe-faults.js';
import { hangPart, killAndLaunch } from '../harms.js';

const LOCKED_MS = 20_000;
const HANG_MS = 15_000;

describeFaults('A process of juhub', 'processes', [
  {
    sentence: 'the connector is killed (kill -9), and started again',
    harm: ({ juhub }) => killAndLaunch(juhub, ['connector']),
  },
  {
    sentence: 'the proxy is killed (kill -9), and started again',
    harm: ({ juhub }) => killAndLaunch(juhub, ['proxy']),
  },
  { sentence: 'the hub is killed (kill -9), and started again', harm: ({ juhub }) => killAndLaunch(juhub, ['hub']) },
  {
    sentence:
      'the hub is killed (kill -9), and started again, under an open WebSocket of a notebook, which goes on without a gap',
    harm: async ({ juhub, alice, steady }) => {
      const socket = await alice.count(steady.name);
      const numbers: number[] = [];
      socket.on('message', (data) => numbers.push(Number(String(data))));
      await killAndLaunch(juhub, ['hub']);
      const seen = numbers.length;
      await vi.waitFor(() => expect(numbers.length).toBeGreaterThan(seen + 10), { timeout: 10_000 });
      expect(socket.readyState).toBe(socket.OPEN);
      expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
      socket.terminate();
    },
  },
  {
    sentence: 'hub, connector and proxy are killed (kill -9) at once, and started again',
    harm: ({ juhub }) => killAndLaunch(juhub, ['hub', 'connector', 'proxy']),
  },
  {
    sentence: 'hub and proxy are killed (kill -9); the proxy alone, started again, serves its first request',
    harm: async ({ juhub, alice, steady }) => {
      const headers = { authorization: `token ${await alice.pass(steady.name)}` };
      await Promise.all([juhub.kill('hub'), juhub.kill('proxy')]);
      await juhub.launch('proxy');
      const { status } = await fetch(`${juhub.url}/user/${alice.name}/${steady.name}/api/status`, { headers });
      await juhub.launch('hub');
      expect(status).toBe(200);
    },
  },
  { sentence: 'the connector hangs (SIGSTOP) for 15 s', harm: ({ juhub }) => hangPart(juhub, 'connector', HANG_MS) },
  { sentence: 'the proxy hangs (SIGSTOP) for 15 s', harm: ({ juhub }) => hangPart(juhub, 'proxy', HANG_MS) },
  { sentence: 'the hub hangs (SIGSTOP) for 15 s', harm: ({ juhub }) => hangPart(juhub, 'hub', HANG_MS) },
  {
    sentence: 'the connector is told to end (SIGTERM), and started again',
    harm: ({ juhub }) => killAndLaunch(juhub, ['connector'], 'SIGTERM'),
  },
  {
    sentence: 'the proxy is told to end (SIGTERM), and started again',
    harm: ({ juhub }) => killAndLaunch(juhub, ['proxy'], 'SIGTERM'),
  },
  {
    sentence: 'the hub is told to end (SIGTERM) while a server starts, and started again',
    harm: async (scene) => {
      await scene.world.start('while-hub-ends');
      await killAndLaunch(scene.juhub, ['hub'], 'SIGTERM');
    },
  },
  {
    sentence: 'the connector is killed (kill -9) while a server starts, and started again',
    harm: async (scene) => {
      await scene.world.start('while-connector-dies');
      await killAndLaunch(scene.juhub, ['connector']);
    },
  },
  {
    sentence: 'a server is asked for while the connector is away',
    harm: async ({ world, juhub, alice }) => {
      await juhub.kill('connector');
      const { name } = await world.start('connector-away');
      await world.until('its page says why nothing moves', async () => (await alice.look(name)).unreachable !== null);
      await juhub.launch('connector');
    },
  },
  {
    sentence: 'a server is stopped while the connector is away',
    harm: async ({ world, juhub, alice }) => {
      const server = await world.startReady('stopped-without-connector');
      await juhub.kill('connector');
      await world.stop(server);
      await world.until('its page says why', async () => (await alice.look(server.name)).unreachable !== null);
      await juhub.launch('connector');
    },
  },
  {
    sentence: 'a job is cancelled by hand while the hub is away',
    harm: async ({ world, juhub }) => {
      const server = await world.startReady('cancelled-without-hub');
      await juhub.kill('hub');
      await cancelByHand(world, server);
      await juhub.launch('hub');
    },
  },
  {
    sentence: 'a job is cancelled by hand while the hub is away, which comes back when the queue has forgotten the job',
    harm: async ({ world, juhub }) => {
      const server = await world.startReady('forgotten');
      await juhub.kill('hub');
      await cancelByHand(world, server);
      await untilForgotten(world, jobOf(world, server));
      await juhub.launch('hub');
    },
  },
  {
    sentence: 'the database is locked by somebody else for 20 s while a server starts',
    harm: async ({ world, juhub }) => {
      await world.start('while-locked');
      const database = new Sqlite(path.join(juhub.made.stateDir, 'juhub.db'));
      database.exec('begin exclusive');
      await delay(LOCKED_MS);
      database.exec('rollback');
      database.close();
    },
  },
]);

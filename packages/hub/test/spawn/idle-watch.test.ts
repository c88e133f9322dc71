import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { NewServer, ServerRow } from '../../src/db/server-row.js';
import { IdleWatch } from '../../src/spawn/idle/idle-watch.js';
import { FakeNotebook } from './fake-notebook.js';
import { makeRooms, newServer, silentLog } from './fake-rooms.js';

const MINUTE = 60_000;
const START = new Date('2026-07-31T12:00:00.000Z');
const PATH = '/user/alice/default/';

let world: Awaited<ReturnType<typeof makeRooms>>;
let notebook: FakeNotebook;
let watches: IdleWatch[];
let nudged: string[];

beforeEach(async () => {
  // Only what the clocks show is made; what waits for sockets and files waits as always.
  vi.useFakeTimers({ toFake: ['Date'], now: START });
  world = await makeRooms();
  notebook = new FakeNotebook();
  world.program.answer = notebook.answer;
  watches = [];
  nudged = [];
});

afterEach(async () => {
  for (const watch of watches) {
    watch.close();
  }
  await world.close();
  vi.useRealTimers();
});

/** A ready server that is ended after an hour, watched by a hub that has just started. */
async function watchReady(different: Partial<NewServer> = {}): Promise<IdleWatch> {
  await world.records.insert({ ...newServer, idleSeconds: 3600, readyAt: new Date(), ...different });
  await world.database.servers.move(newServer.id, { from: ['requested'], to: 'ready', cause: 'asked', message: '' });
  touchRoute();
  return startWatch();
}

async function startWatch(): Promise<IdleWatch> {
  const parts = { records: world.records, ends: world.ends, log: silentLog, nudge: (id: string) => nudged.push(id) };
  const watch = new IdleWatch(parts, { everyMs: 3_600_000, againMs: 3_600_000, clock: Date.now });
  watches.push(watch);
  await watch.open();
  return watch;
}

function touchRoute(): void {
  world.ends.routes.set(PATH, { last_activity: new Date().toISOString() });
}

/** The clocks go on minute by minute, and the hub looks each time. */
async function pass(watch: IdleWatch, minutes: number): Promise<ServerRow> {
  for (let minute = 0; minute < minutes; minute += 1) {
    vi.setSystemTime(Date.now() + MINUTE);
    await watch.lookAtDue();
  }
  return read();
}

async function read(): Promise<ServerRow> {
  const row = await world.records.get(newServer.id);
  if (row === undefined) {
    throw new Error('The server is gone.');
  }
  return row;
}

const inMinutes = (minutes: number) => new Date(START.getTime() + minutes * MINUTE);

describe('A server that nobody uses', () => {
  it('is warned of first, and then ended with the true reason', async () => {
    const watch = await watchReady();
    expect(await pass(watch, 47)).toMatchObject({ state: 'ready', idleEndsAt: null });
    expect(await pass(watch, 2)).toMatchObject({ state: 'ready', activeAt: START, idleEndsAt: inMinutes(60) });
    expect(await pass(watch, 10)).toMatchObject({ state: 'ready' });
    expect(await pass(watch, 3)).toMatchObject({
      state: 'stopping',
      endReason: 'idle',
      endCode: 'idle',
      endValues: { minutes: 60, since: '2026-07-31 12:00 UTC' },
      endMessage: 'The hub ended it: nothing had happened for 60 minutes. Last activity: 2026-07-31 12:00 UTC.',
      idleEndsAt: null,
    });
    expect(nudged).toEqual([newServer.id]);
    expect((await world.records.events(newServer.id)).at(-1)).toMatchObject({ state: 'stopping', cause: 'idle' });
  });

  it('is asked little before a warning can be due, and in a way that Jupyter does not take for use', async () => {
    notebook.kernels = ['idle'];
    const watch = await watchReady();
    await pass(watch, 47);
    expect(notebook.asked).toEqual(['api/status', 'api/kernels?no_track_activity=1']);
  });

  it('is left alone where nobody asked for its end', async () => {
    const watch = await watchReady({ idleSeconds: null });
    expect(await pass(watch, 500)).toMatchObject({ state: 'ready', idleEndsAt: null });
    expect(notebook.asked).toEqual([]);
  });
});

describe('A server is kept', () => {
  it('while a kernel computes', async () => {
    notebook.kernels = ['idle', 'busy'];
    const watch = await watchReady();
    expect(await pass(watch, 300)).toMatchObject({ state: 'ready', idleEndsAt: null });
    notebook.kernels = ['idle', 'idle'];
    expect(await pass(watch, 100)).toMatchObject({ state: 'stopping', endCode: 'idle' });
  });

  it('while a kernel computes no longer than its limit for that, and is told so', async () => {
    notebook.kernels = ['busy'];
    const watch = await watchReady({ idleBusySeconds: 7200 });
    expect(await pass(watch, 118)).toMatchObject({ state: 'ready', idleEndsAt: inMinutes(120) });
    const row = await pass(watch, 4);
    expect(row).toMatchObject({ state: 'stopping', endCode: 'idle-busy', endValues: { minutes: 120 } });
  });

  it('while data passes that Jupyter counts for nothing', async () => {
    const watch = await watchReady();
    for (let quarter = 0; quarter < 12; quarter += 1) {
      expect(await pass(watch, 15)).toMatchObject({ state: 'ready', idleEndsAt: null });
      touchRoute();
    }
  });

  it('when somebody comes back after the warning, and the warning goes', async () => {
    const watch = await watchReady();
    expect((await pass(watch, 55)).idleEndsAt).toEqual(inMinutes(60));
    notebook.lastActivity = new Date();
    expect(await pass(watch, 2)).toMatchObject({ state: 'ready', idleEndsAt: null, activeAt: inMinutes(55) });
  });

  it('for its whole time again when its user says that he still works', async () => {
    const watch = await watchReady();
    await watch.keep(await pass(watch, 55));
    expect(await read()).toMatchObject({ idleEndsAt: null, activeAt: inMinutes(55) });
    expect(await pass(watch, 59)).toMatchObject({ state: 'ready', idleEndsAt: inMinutes(115) });
    expect(await pass(watch, 3)).toMatchObject({ state: 'stopping' });
  });

  it('when its user says so while it is looked at for the last time', async () => {
    const watch = await watchReady();
    await pass(watch, 59);
    notebook.onAsked = async () => watch.keep(await read());
    expect(await pass(watch, 3)).toMatchObject({ state: 'ready', idleEndsAt: null });
  });
});

describe('Nothing is ended by', () => {
  it.each([
    ['a site that cannot be reached', () => Object.assign(world.ends, { isSiteAway: true })],
    ['a server that does not answer', () => Object.assign(world.ends, { portTrouble: 'Connection refused' })],
    ['a server that answers with an error', () => Object.assign(notebook, { status: 500 })],
    ['a proxy that does not know its route', () => world.ends.routes.clear()],
  ])('%s, and an end that was announced is taken back', async (_what, harm) => {
    const watch = await watchReady();
    expect((await pass(watch, 55)).idleEndsAt).toEqual(inMinutes(60));
    harm();
    expect(await pass(watch, 200)).toMatchObject({ state: 'ready', idleEndsAt: null });
    expect(nudged).toEqual([]);
  });

  it('a clock of its node that is wrong', async () => {
    notebook.clockErrorMs = -10 * 3_600_000;
    const watch = await watchReady();
    notebook.lastActivity = new Date(START.getTime() + 30 * MINUTE);
    expect(await pass(watch, 70)).toMatchObject({ state: 'ready', idleEndsAt: null });
    expect(await pass(watch, 25)).toMatchObject({ state: 'stopping' });
  });

  it('a restart of the hub: the warning is shown for its whole time again', async () => {
    const first = await watchReady();
    await pass(first, 59);
    first.close();
    vi.setSystemTime(inMinutes(600));
    const second = await startWatch();
    expect(await pass(second, 12)).toMatchObject({ state: 'ready' });
    expect((await read()).idleEndsAt?.getTime()).toBeGreaterThan(Date.now());
    expect(await pass(second, 3)).toMatchObject({ state: 'stopping', endReason: 'idle' });
  });

  it('a job that Slurm starts anew: the time begins again when it is ready', async () => {
    const watch = await watchReady();
    await pass(watch, 55);
    const { id } = newServer;
    await world.records.move(id, { to: 'starting', cause: 'job-restarted', message: '' });
    expect(await pass(watch, 20)).toMatchObject({ state: 'starting' });
    notebook.lastActivity = new Date();
    const patch = { readyAt: new Date(), idleEndsAt: null };
    await world.records.move(id, { to: 'ready', cause: 'answered', message: '', patch });
    expect(await pass(watch, 47)).toMatchObject({ state: 'ready', idleEndsAt: null });
    expect(await pass(watch, 15)).toMatchObject({ state: 'stopping' });
  });
});

describe('A program that is no Jupyter', () => {
  it('is judged by its traffic alone', async () => {
    world.program.answer = (_request, response) => response.end('ready\n');
    const watch = await watchReady();
    await pass(watch, 30);
    touchRoute();
    expect(await pass(watch, 47)).toMatchObject({ state: 'ready', idleEndsAt: null });
    expect(await pass(watch, 15)).toMatchObject({ state: 'stopping', endReason: 'idle' });
  });

  it('that talks without end is not ended, and does no harm', async () => {
    world.program.answer = (_request, response) => {
      const talk = () => void (response.writable && response.write(' '.repeat(65_536), talk));
      talk();
    };
    const watch = await watchReady();
    expect(await pass(watch, 70)).toMatchObject({ state: 'ready' });
  });
});

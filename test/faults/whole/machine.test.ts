import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { describeFaults, type Scene } from '../describe-faults.js';
import { killAndLaunch } from '../harms.js';
import { SMALL } from '../world.js';

const DISK_MB = 24;
const HOUR_MS = 3_600_000;

describeFaults(
  'The machine of the hub',
  'machine',
  [
    {
      sentence:
        'the disk is full when a server is asked for and one is stopped, who are told so; then there is room again',
      harm: async (scene) => {
        const { world, alice, steady } = scene;
        await onFullDisk(scene, async () => {
          const tellsOfDisk = /answered 503: .*disk is full/;
          await expect(alice.start('on-full-disk', SMALL)).rejects.toThrow(tellsOfDisk);
          await expect(alice.stop(steady.name)).rejects.toThrow(tellsOfDisk);
          expect((await alice.look(steady.name)).state).toBe('ready');
        });
        await world.startReady('after-full-disk');
      },
    },
    {
      sentence: 'the disk fills up while servers start, and there is room again 15 s later',
      harm: async (scene) => {
        await Promise.all(['filling-1', 'filling-2', 'filling-3'].map((name) => scene.world.start(name)));
        await onFullDisk(scene, () => new Promise((resolve) => setTimeout(resolve, 15_000)));
      },
    },
    {
      sentence: 'the hub is killed (kill -9) on a full disk, and started again when there is room',
      harm: async (scene) => {
        await onFullDisk(scene, () => scene.juhub.kill('hub'));
        await scene.juhub.launch('hub');
      },
    },
    {
      sentence:
        'the clock (a fake one, in the three processes) jumps two hours ahead while a server starts, and back when it is ready',
      harm: async ({ world, juhub, alice }) => {
        const { name } = await world.start('clock-ahead');
        juhub.setClock(2 * HOUR_MS);
        await world.until('it is ready', async () => (await alice.look(name)).state === 'ready');
        juhub.setClock(0);
      },
    },
    {
      sentence:
        'the clock (a fake one, in the three processes) falls back two hours while a server starts and one is stopped',
      harm: async ({ world, juhub, alice }) => {
        const server = await world.startReady('clock-stop');
        await world.start('clock-back');
        juhub.setClock(-2 * HOUR_MS);
        await world.stop(server);
        await world.until('it has ended', async () => (await alice.look(server.name)).state === 'ended');
      },
    },
    {
      sentence:
        'the hub is killed (kill -9), and started again with a clock (a fake one) that is two hours behind its database',
      harm: async ({ juhub }) => {
        juhub.setClock(-2 * HOUR_MS);
        await killAndLaunch(juhub, ['hub']);
        juhub.setClock(0);
      },
    },
  ],
  { diskMb: DISK_MB },
);

/** Does something while not a byte is free where juhub saves what it must not lose. */
async function onFullDisk({ juhub }: Scene, act: () => Promise<unknown>): Promise<void> {
  const filler = path.join(juhub.made.stateDir, 'filler');
  expect(() => writeFileSync(filler, Buffer.alloc(DISK_MB * 2 ** 20))).toThrow('ENOSPC');
  try {
    await act();
  } finally {
    rmSync(filler);
  }
}

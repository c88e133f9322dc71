import { afterAll, beforeAll, describe, test } from 'vitest';
import { canMakeCluster } from '../cluster/cluster.js';
import type { ExpectedServer } from './find-wrongs.js';
import { World, type WorldOptions } from './world.js';

const FAULT_WITHIN_MS = 300_000;

/** What a fault is done to: a world in which two people have a ready server each since before the first fault. */
export interface Scene extends Pick<World, 'cluster' | 'juhub' | 'alice'> {
  readonly world: World;
  readonly steady: ExpectedServer;
}

/** A fault: what happens, and how. It is over when `harm` resolves; then all must become well of itself. */
export interface Fault {
  readonly sentence: string;
  readonly harm: (scene: Scene) => Promise<void>;
}

/** One test for each fault, all in one world: what was there before must outlive every one of them. */
export function describeFaults(
  title: string,
  name: string,
  faults: readonly Fault[],
  options: WorldOptions = {},
): void {
  describe.skipIf(!canMakeCluster().ok)(title, () => {
    let scene: Scene;
    let world: World | undefined;

    beforeAll(async () => {
      world = await World.open(`juhub-faults-${name}`, options);
      const { cluster, juhub, alice, bob } = world;
      const steady = await world.startReady('steady');
      await world.startReady('steady-too', {}, bob);
      scene = { world, cluster, juhub, alice, steady };
    });
    afterAll(() => world?.close());

    for (const { sentence, harm } of faults) {
      test(sentence, { timeout: FAULT_WITHIN_MS }, async () => {
        await scene.world.suffer(sentence, () => harm(scene));
      });
    }
  });
}

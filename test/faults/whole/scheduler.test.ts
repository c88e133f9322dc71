import { setTimeout as delay } from 'node:timers/promises';
import { cancelByHand, jobOf, untilForgotten } from '../by-hand.js';
import { describeFaults, type Scene } from '../describe-faults.js';
import { killSlurmctld, whileHanging, withoutDaemon } from '../harms.js';

const AWAY_MS = 10_000;

describeFaults('A daemon of Slurm', 'scheduler', [
  {
    sentence: 'slurmctld is away until the pages say so',
    harm: (scene) => withoutDaemon(scene.cluster, ['login', 'slurmctld'], () => untilSaid(scene)),
  },
  {
    sentence: 'slurmctld is killed (kill -9), and started again',
    harm: ({ world }) => killSlurmctld(world),
  },
  {
    sentence: 'slurmctld is killed (kill -9) when it has just taken a job, and may have forgotten it',
    harm: async ({ world }) => {
      const server = await world.start('just-taken');
      await world.until('Slurm has taken the job', () => world.findJob(server.id) !== undefined);
      await killSlurmctld(world);
    },
  },
  {
    sentence: 'slurmctld hangs (SIGSTOP) for 20 s',
    harm: ({ world }) => whileHanging(world, ['--exact', 'slurmctld'], () => delay(2 * AWAY_MS)),
  },
  {
    sentence: 'a server is asked for while slurmctld is away',
    harm: (scene) =>
      withoutDaemon(scene.cluster, ['login', 'slurmctld'], async () => {
        await scene.world.start('without-slurmctld');
        await untilSaid(scene, 'without-slurmctld');
      }),
  },
  {
    sentence: 'a server is stopped while slurmctld is away',
    harm: async (scene) => {
      const server = await scene.world.startReady('stopped-without-slurmctld');
      await withoutDaemon(scene.cluster, ['login', 'slurmctld'], async () => {
        await scene.world.stop(server);
        await untilSaid(scene, server.name);
      });
    },
  },
  {
    sentence: 'the hub is killed (kill -9) and started again while slurmctld is away',
    harm: (scene) =>
      withoutDaemon(scene.cluster, ['login', 'slurmctld'], async () => {
        await scene.juhub.kill('hub');
        await scene.juhub.launch('hub');
        await untilSaid(scene);
      }),
  },
  {
    sentence: 'the hub is killed (kill -9) and started again while slurmctld is away and servers wait for their turn',
    harm: async ({ cluster, world, juhub, alice }) => {
      // A hub that has just been started has to hear first what the site offers.
      await world.startReady('before-the-line');
      await withoutDaemon(cluster, ['login', 'slurmctld'], async () => {
        const servers = await Promise.all([1, 2, 3, 4, 5].map((number) => world.start(`in-line-${number}`)));
        await world.until('one waits for its turn', async () => {
          const looks = await Promise.all(servers.map(({ name }) => alice.look(name)));
          return looks.some(({ placeInLine }) => placeInLine !== null);
        });
        await juhub.kill('hub');
        await juhub.launch('hub');
      });
    },
  },
  {
    sentence: 'slurmdbd is away for 10 s',
    harm: (scene) => withoutDaemon(scene.cluster, ['login', 'slurmdbd'], () => delay(AWAY_MS)),
  },
  {
    sentence: 'a server is asked for, and another one stopped, while slurmdbd is away',
    harm: async (scene) => {
      const server = await scene.world.startReady('stopped-without-slurmdbd');
      await withoutDaemon(scene.cluster, ['login', 'slurmdbd'], async () => {
        await scene.world.stop(server);
        await scene.world.startReady('without-slurmdbd');
      });
    },
  },
  {
    sentence:
      'a job ends and is forgotten by the queue while the hub is away, and slurmdbd is away when the hub comes back',
    harm: async (scene) => {
      const server = await scene.world.startReady('forgotten');
      await withoutDaemon(scene.cluster, ['login', 'slurmdbd'], async () => {
        const jobId = jobOf(scene.world, server);
        await scene.juhub.kill('hub');
        await cancelByHand(scene.world, server);
        await untilForgotten(scene.world, jobId);
        await scene.juhub.launch('hub');
        await untilSaid(scene, server.name);
      });
    },
  },
  {
    sentence: 'slurmd on the node of a server is away for 10 s',
    harm: (scene) => withoutDaemon(scene.cluster, ['cn1', 'slurmd'], () => delay(AWAY_MS)),
  },
  {
    sentence: 'a server is stopped while slurmd on its node is away',
    harm: async (scene) => {
      const server = await scene.world.startReady('stopped-without-slurmd');
      await withoutDaemon(scene.cluster, ['cn1', 'slurmd'], async () => {
        await scene.world.stop(server);
        await delay(AWAY_MS);
      });
    },
  },
  {
    sentence: 'munged on the login node is away until the pages say so',
    harm: (scene) => withoutDaemon(scene.cluster, ['login', 'munged'], () => untilSaid(scene)),
  },
  {
    sentence: 'munged on the node of a server is away for 10 s',
    harm: (scene) => withoutDaemon(scene.cluster, ['cn1', 'munged'], () => delay(AWAY_MS)),
  },
]);

/** Waits until a server of Alice is said to be out of reach because of the scheduler, and not to have ended. */
async function untilSaid({ world, alice }: Scene, name = 'steady'): Promise<void> {
  await world.until(`${name} is said to be out of reach`, async () => {
    const { unreachable } = await alice.look(name);
    return unreachable?.hop === 'scheduler';
  });
}

import { cancelByHand, onLogin } from '../by-hand.js';
import { describeFaults, type Scene } from '../describe-faults.js';
import { killProgram, requeue, startAgain, suspend } from '../harms.js';

describeFaults('A job', 'jobs', [
  {
    sentence: 'is cancelled by its owner’s hand',
    harm: async ({ world }) => cancelByHand(world, await world.startReady('cancelled')),
  },
  {
    sentence: 'is cancelled by hand while its server starts',
    harm: async ({ world }) => {
      const server = await world.start('cancelled-early');
      await world.until('it has a job', () => world.findJob(server.id) !== undefined);
      await cancelByHand(world, server);
    },
  },
  {
    sentence: 'is cancelled by hand while it is held in the queue',
    harm: async ({ world, alice }) => {
      await onLogin(world, ['scontrol', 'update', 'PartitionName=gpus', 'State=DOWN']);
      const server = await world.start('cancelled-queued', { partition: 'gpus' });
      await world.until('it waits', async () => (await alice.look(server.name)).state === 'queued');
      await cancelByHand(world, server);
      await onLogin(world, ['scontrol', 'update', 'PartitionName=gpus', 'State=UP']);
    },
  },
  {
    sentence: 'loses its program, which is killed (kill -9)',
    harm: async ({ world }) => {
      const server = await world.startReady('program-killed');
      await killProgram(world, server);
    },
  },
  {
    sentence: 'has a program that ends by itself with an error',
    harm: ({ world }) => endProgram(world, 'ends-badly', 3, ['failed']),
  },
  {
    sentence: 'has a program that ends by itself, in good order',
    harm: ({ world }) => endProgram(world, 'ends-well', 0, ['finished']),
  },
  {
    sentence: 'uses more memory than it has',
    harm: async ({ world, alice }) => {
      const server = await world.startReady('hungry', { memory: 150 });
      server.fate = ['out-of-memory'];
      await alice.ask(server.name, 'eat?400');
    },
  },
  {
    sentence: 'comes to the end of its time',
    harm: async ({ world }) => {
      const server = await world.startReady('short', { minutes: 1 });
      server.fate = ['wall-time'];
      await world.until('it has ended', async () => (await server.person.look(server.name)).state === 'ended');
    },
  },
  {
    sentence: 'is started anew by Slurm (requeue)',
    harm: async ({ world }) => {
      const server = await world.startReady('requeued');
      await requeue(world, server);
    },
  },
  {
    sentence: 'is started anew by Slurm (requeue) while the hub is away',
    harm: async ({ world, juhub }) => {
      const server = await world.startReady('requeued-unseen');
      await juhub.kill('hub');
      await requeue(world, server);
      await juhub.launch('hub');
    },
  },
  {
    sentence: 'is suspended, and goes on 10 s later',
    harm: async ({ world }) => {
      const server = await world.startReady('suspended');
      await suspend(world, server, 10_000);
    },
  },
  {
    sentence: 'loses the file in which its server announced its endpoint',
    harm: async ({ world, steady }) => {
      await onLogin(world, ['rm', `/home/alice/.juhub/servers/${steady.id}/endpoint`]);
    },
  },
  {
    sentence:
      'loses the file in which its server announced its endpoint, and the hub is killed (kill -9) and started again',
    harm: async ({ world, juhub }) => {
      const server = await world.startReady('unannounced');
      await onLogin(world, ['rm', `/home/alice/.juhub/servers/${server.id}/endpoint`]);
      await juhub.kill('hub');
      await juhub.launch('hub');
    },
  },
  {
    sentence: 'loses the whole folder of its server, which is stopped then',
    harm: async ({ world }) => {
      const server = await world.startReady('folderless');
      await onLogin(world, ['rm', '-r', `/home/alice/.juhub/servers/${server.id}`]);
      await world.stop(server);
    },
  },
  {
    sentence: 'loses its node, which is said to be down',
    harm: async ({ world }) => {
      const server = await world.startReady('node-down', { partition: 'gpus' });
      server.alive = undefined;
      await onLogin(world, ['scontrol', 'update', 'NodeName=gpu1', 'State=DOWN', 'Reason=fault']);
      // It may have come back of itself: its slurmd is well (ReturnToService).
      await onLogin(world, ['scontrol', 'update', 'NodeName=gpu1', 'State=RESUME']).catch(() => {});
      await startAgain(world, server);
    },
  },
]);

type AnyWorld = Scene['world'];

async function endProgram(world: AnyWorld, name: string, code: number, fate: readonly string[]): Promise<void> {
  const server = await world.startReady(name);
  server.fate = fate;
  await server.person.ask(name, `end?${code}`).catch(() => {});
}

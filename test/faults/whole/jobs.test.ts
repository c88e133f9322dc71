import { setTimeout as delay } from 'node:timers/promises';
import { execOn } from '../../cluster/cluster.js';
import { cancelByHand, jobOf, onLogin } from '../by-hand.js';
import { describeFaults, type Scene } from '../describe-faults.js';
import type { ExpectedServer } from '../find-wrongs.js';

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
      server.fate = ['failed'];
      await onNode(world, server, `kill -9 $(pgrep -f "^python3 .*servers/${server.id}/secret")`);
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
      const jobId = jobOf(world, server);
      await onLogin(world, ['scontrol', 'suspend', jobId]);
      await delay(10_000);
      await onLogin(world, ['scontrol', 'resume', jobId]);
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

/** Another program will answer then; when this resolves the first one is gone. */
async function requeue(world: AnyWorld, server: ExpectedServer): Promise<void> {
  server.alive = undefined;
  await onLogin(world, ['scontrol', 'requeue', jobOf(world, server)]);
  await startAgain(world, server);
}

/**
 * Slurm lets a job that it put back into the queue wait for two minutes (BeginTime); that is nothing to wait for here.
 * Not at once either: within the second of its first end slurmd takes the second run for one that was revoked, and the
 * job fails.
 */
async function startAgain(world: AnyWorld, server: ExpectedServer): Promise<void> {
  const jobId = jobOf(world, server);
  await world.until('the job is in the queue again', async () =>
    / JobState=PENDING /.test(await onLogin(world, ['scontrol', 'show', '--oneliner', 'job', jobId])),
  );
  await onLogin(world, ['scontrol', 'update', `JobId=${jobId}`, 'StartTime=now+2']);
}

async function onNode(world: AnyWorld, server: ExpectedServer, script: string): Promise<void> {
  const { node } = await server.person.look(server.name);
  await execOn(world.cluster, node as 'cn1', ['sh', '-c', script]);
}

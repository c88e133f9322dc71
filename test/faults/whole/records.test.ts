import { onLogin } from '../by-hand.js';
import { describeFaults, type Scene } from '../describe-faults.js';
import type { ExpectedServer } from '../find-wrongs.js';

const SERVERS = '/home/alice/.juhub/servers';

describeFaults('The database and the cluster do not know the same', 'records', [
  {
    sentence: 'a server is ended for the database while its job runs on',
    harm: async (scene) => {
      const server = await scene.world.startReady('believed-ended');
      await changeRow(
        scene,
        server,
        "state = 'ended', ended_at = created_at, end_reason = 'vanished', end_message = '?'",
      );
      server.fate = ['vanished'];
    },
  },
  {
    sentence: 'the database is set back to a copy from before a job was submitted',
    harm: async (scene) => {
      const server = await scene.world.startReady('set-back');
      const unknown = ['job_id', 'submit_attempted_at', 'submitted_at', 'endpoint_host', 'endpoint_port', 'ready_at'];
      await changeRow(scene, server, `state = 'requested', ${unknown.map((name) => `${name} = null`).join(', ')}`);
    },
  },
  {
    sentence: 'the folder of a server cannot be removed when it ends, and the hub is started anew when it can',
    harm: async ({ world, juhub, alice }) => {
      const server = await world.startReady('stuck-folder');
      await onLogin(world, ['chmod', '500', SERVERS]);
      await world.stop(server);
      await world.until('it has ended', async () => (await alice.look(server.name)).state === 'ended');
      await onLogin(world, ['chmod', '700', SERVERS]);
      await juhub.kill('hub');
      await juhub.launch('hub');
    },
  },
  {
    sentence: 'a folder of a server that has ended lies there again, and the hub is started anew',
    harm: async ({ world, juhub, alice }) => {
      const server = await world.startReady('returned-folder');
      await world.stop(server);
      await world.until('it has ended', async () => (await alice.look(server.name)).state === 'ended');
      await onLogin(world, ['mkdir', `${SERVERS}/${server.id}`], 'alice');
      await juhub.kill('hub');
      await juhub.launch('hub');
    },
  },
]);

/** Changes what the database says of a server while the hub is away. */
async function changeRow({ world, juhub }: Scene, server: ExpectedServer, assignments: string): Promise<void> {
  await juhub.kill('hub');
  world.withDatabase((database) => {
    database.prepare(`update servers set ${assignments} where id = ?`).run(server.id);
  });
  await juhub.launch('hub');
}

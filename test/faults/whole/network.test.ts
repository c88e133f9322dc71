import { setTimeout as delay } from 'node:timers/promises';
import { onLogin } from '../by-hand.js';
import { describeFaults, type Scene } from '../describe-faults.js';
import { behindFirewall, overLooseCable, whileHanging, withoutCable, withoutDaemon } from '../harms.js';
import type { ApiServer } from '../person.js';

const CUT_MS = 20_000;
const KEY = '/etc/ssh/ssh_host_ed25519_key';
const ALLOWED = '/home/alice/.ssh/authorized_keys';

describeFaults('Between the hosts', 'network', [
  {
    sentence: 'sshd and its connections are gone until the pages say so',
    harm: (scene) => withoutSsh(scene, () => untilSaid(scene)),
  },
  {
    sentence: 'a server is asked for while sshd is away',
    harm: (scene) =>
      withoutSsh(scene, async () => {
        await scene.world.start('without-sshd');
        await untilSaid(scene, 'without-sshd');
      }),
  },
  {
    sentence: 'the connections of sshd are cut, and sshd goes on',
    harm: async ({ world }) => {
      await onLogin(world, ['pkill', 'sshd-(session|auth)']);
    },
  },
  {
    sentence: 'the connections of sshd hang (SIGSTOP) until the pages say so',
    harm: async (scene) => {
      await whileHanging(scene.world, ['sshd-session'], () => untilSaid(scene));
    },
  },
  {
    sentence: 'the cable between hub and login node is pulled for 20 s',
    harm: ({ cluster }) => withoutCable(cluster, 'login-outer', () => delay(CUT_MS)),
  },
  {
    sentence: 'the hub is killed (kill -9) and started again while the cable to the login node is pulled',
    harm: (scene) =>
      withoutCable(scene.cluster, 'login-outer', async () => {
        await scene.juhub.kill('hub');
        await scene.juhub.launch('hub');
        await untilSaid(scene);
      }),
  },
  {
    sentence: 'the cable between login node and compute node is pulled for 20 s',
    harm: ({ cluster }) => withoutCable(cluster, 'cn1-inner', () => delay(CUT_MS)),
  },
  {
    sentence: 'a firewall shuts the ports of a compute node for 20 s',
    harm: ({ cluster }) => behindFirewall(cluster, () => delay(CUT_MS)),
  },
  {
    sentence: 'a server starts behind a firewall that is opened after the pages have said so',
    harm: (scene) =>
      behindFirewall(scene.cluster, async () => {
        await scene.world.start('behind-firewall');
        await untilSaid(scene, 'behind-firewall', ({ hop }) => hop === 'server');
      }),
  },
  {
    sentence: 'the cable to the login node has a loose contact while servers start and stop',
    harm: async ({ world, cluster }) => {
      const before = await world.startReady('before-loose');
      await overLooseCable(cluster, 'login-outer', async () => {
        await world.stop(before);
        const { person, name } = await world.start('over-loose');
        // TCP sends what was lost again after 0.2, 0.4, 0.8 s and so on: by bad luck always while the cable is away.
        await world.until(`${name} answers`, () =>
          person.askAlive(name).then(
            () => true,
            () => false,
          ),
        );
      });
    },
  },
  {
    sentence: 'the host key of the login node is another one until the pages say so, then the right one again',
    harm: async (scene) => {
      await withoutSsh(scene, () =>
        onLogin(scene.world, ['sh', '-c', `mv ${KEY} ${KEY}.own; ssh-keygen -qt ed25519 -N '' -f ${KEY}`]),
      );
      try {
        await untilSaid(scene, 'steady', ({ why }) => why.includes('key'));
      } finally {
        await withoutSsh(scene, () => onLogin(scene.world, ['mv', `${KEY}.own`, KEY]));
      }
    },
  },
  {
    sentence: 'the key of a user is revoked and his connection cut, and it is allowed again 15 s later',
    harm: async ({ world }) => {
      await onLogin(world, ['mv', ALLOWED, `${ALLOWED}.away`]);
      try {
        await onLogin(world, ['pkill', '-u', 'alice', 'sshd-session']);
        await delay(15_000);
      } finally {
        await onLogin(world, ['mv', `${ALLOWED}.away`, ALLOWED]);
      }
    },
  },
]);

const SSHD = ['login', 'sshd'] as const;

function withoutSsh({ cluster }: Scene, act: () => Promise<unknown>): Promise<void> {
  return withoutDaemon(cluster, SSHD, act);
}

/** Waits until a server of Alice is said to be out of reach for the right reason, and not to have ended. */
async function untilSaid(
  { world, alice }: Scene,
  name = 'steady',
  isRight: (unreachable: NonNullable<ApiServer['unreachable']>) => boolean = ({ hop }) => hop === 'site',
): Promise<void> {
  await world.until(`${name} is said to be out of reach`, async () => {
    const { unreachable } = await alice.look(name);
    return unreachable !== null && isRight(unreachable);
  });
}

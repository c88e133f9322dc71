import { setTimeout as delay } from 'node:timers/promises';
import { FAULT_STEPS } from '../../../packages/hub/src/fault-point.js';
import { cancelByHand, onLogin } from '../by-hand.js';
import type { ExpectedServer } from '../find-wrongs.js';
import {
  behindFirewall,
  hangPart,
  killAndLaunch,
  killProgram,
  killSlurmctld,
  requeue,
  suspend,
  whileHanging,
  withoutCable,
  withoutDaemon,
} from '../harms.js';
import type { World } from '../world.js';
import type { Chance } from './chance.js';

/** What a fault of a walk has to do with. */
export interface WalkScene {
  readonly world: World;
  readonly chance: Chance;
  /** How long things are away or hang. */
  readonly awayMs: number;
}

type Harm = (scene: WalkScene) => Promise<unknown>;
type ServerHarm = (scene: WalkScene, server: ExpectedServer) => Promise<unknown>;

const HIT_WITHIN_MS = 15_000;

/** Harm to what all share, by its name. */
export const SHARED_HARMS: Readonly<Record<string, Harm>> = {
  'kill the hub': ({ world }) => killAndLaunch(world.juhub, ['hub']),
  'kill the connector': ({ world }) => killAndLaunch(world.juhub, ['connector']),
  'kill the proxy': ({ world }) => killAndLaunch(world.juhub, ['proxy']),
  'kill all three': ({ world }) => killAndLaunch(world.juhub, ['hub', 'connector', 'proxy']),
  'kill the hub at a step': killAtStep,
  'have the hub end': ({ world }) => killAndLaunch(world.juhub, ['hub'], 'SIGTERM'),
  'have the connector end': ({ world }) => killAndLaunch(world.juhub, ['connector'], 'SIGTERM'),
  'hang the hub': ({ world, awayMs }) => hangPart(world.juhub, 'hub', awayMs),
  'hang the connector': ({ world, awayMs }) => hangPart(world.juhub, 'connector', awayMs),
  'hang the proxy': ({ world, awayMs }) => hangPart(world.juhub, 'proxy', awayMs),
  'have no sshd': without('login', 'sshd'),
  'cut the connections of sshd': ({ world }) => onLogin(world, ['pkill', 'sshd-(session|auth)']).catch(() => {}),
  'hang the connections of sshd': ({ world, awayMs }) => whileHanging(world, ['sshd-session'], () => delay(awayMs)),
  'kill slurmctld': ({ world }) => killSlurmctld(world),
  'have no slurmctld': without('login', 'slurmctld'),
  'hang slurmctld': ({ world, awayMs }) => whileHanging(world, ['--exact', 'slurmctld'], () => delay(awayMs)),
  'have no slurmdbd': without('login', 'slurmdbd'),
  'have no slurmd on cn1': without('cn1', 'slurmd'),
  'have no munged on login': without('login', 'munged'),
  'pull the cable of login': ({ world, awayMs }) => withoutCable(world.cluster, 'login-outer', () => delay(awayMs)),
  'pull the cable of cn1': ({ world, awayMs }) => withoutCable(world.cluster, 'cn1-inner', () => delay(awayMs)),
  'shut the ports of cn1': ({ world, awayMs }) => behindFirewall(world.cluster, () => delay(awayMs)),
};

/** Harm to one server that is ready. */
export const SERVER_HARMS: Readonly<Record<string, ServerHarm>> = {
  'cancel by hand': ({ world }, server) => cancelByHand(world, server),
  'kill the program': ({ world }, server) => killProgram(world, server),
  requeue: ({ world }, server) => requeue(world, server),
  suspend: ({ world, awayMs }, server) => suspend(world, server, awayMs),
};

function without(host: 'login' | 'cn1', daemon: 'sshd' | 'slurmctld' | 'slurmdbd' | 'slurmd' | 'munged'): Harm {
  return ({ world, awayMs }) => withoutDaemon(world.cluster, [host, daemon], () => delay(awayMs));
}

/** Whether anybody comes to the step is up to what the users do; nothing is harmed when nobody does. */
async function killAtStep({ world: { juhub }, chance }: WalkScene): Promise<void> {
  juhub.arm(`${chance.pick(['before', 'after'])}-${chance.pick(FAULT_STEPS)}`);
  const died = juhub.gone('hub').then(() => true);
  const isDead = await Promise.race([died, delay(HIT_WITHIN_MS, false)]);
  juhub.disarm();
  // It may have come to it between the last look and the disarming.
  if (isDead || juhub.isGone('hub')) {
    await juhub.launch('hub');
  }
}

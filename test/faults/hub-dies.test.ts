import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FAULT_STEPS, type FaultStep } from '../../packages/hub/src/fault-point.js';
import { canMakeCluster } from '../cluster/cluster.js';
import type { ExpectedServer } from './find-wrongs.js';
import { isWholeSuite } from './whole-suite.js';
import { World } from './world.js';

/** Steps that a server comes to when it is stopped; the others are on its way to ready. */
const AT_THE_END: ReadonlySet<FaultStep> = new Set([
  'save-stopping',
  'close-way',
  'cancel',
  'read-traces',
  'save-reason',
  'remove-folder',
  'save-ended',
]);

/** Where most is at stake: between an act on the cluster and the save that tells of it. */
const CRUCIAL: ReadonlySet<string> = new Set([
  'after-save-requested',
  'after-save-attempt',
  'after-submit',
  'after-open-tunnel',
  'after-save-stopping',
  'after-cancel',
  'after-save-reason',
  'before-save-ended',
]);

const ONE_LIFE_WITHIN_MS = 400_000;

const points = FAULT_STEPS.flatMap((step) =>
  (['before', 'after'] as const).map((side) => ({ point: `${side}-${step}` as const, step, side })),
);
const startPoints = points.filter(({ step }) => !AT_THE_END.has(step));
const endPoints = points.filter(({ step }) => AT_THE_END.has(step));

const CHOICES = { partition: 'batch', account: 'climate', minutes: 30 };

describe.skipIf(!canMakeCluster().ok)('The hub is killed (kill -9) in the life of a server', () => {
  let world: World;

  beforeAll(async () => {
    world = await World.open('juhub-faults-die');
  });
  afterAll(() => world?.close());

  /** Arms the fault, does what leads to it, and starts the next hub when the first one has died of it. */
  async function dieOf(point: string, act: () => Promise<unknown>): Promise<void> {
    world.juhub.arm(point);
    const [answer] = await Promise.allSettled([act(), world.juhub.gone('hub')]);
    expect(world.juhub.armed, `nobody came to ${point}: ${JSON.stringify(answer)}`).toBeUndefined();
    await world.juhub.launch('hub');
  }

  /** Starts a server whose hub dies at a point of it. */
  async function startAndDie(point: string, partition: string): Promise<ExpectedServer> {
    const choices = { ...CHOICES, partition };
    await dieOf(point, () => world.alice.start(point, choices));
    const id = world.findId(point);
    // Nothing was saved and nothing done: whoever asked sees no server, and asks again.
    expect(id === undefined).toBe(point === 'before-save-requested');
    return id === undefined
      ? world.start(point, choices)
      : world.expect({ person: world.alice, name: point, id, fate: 'ready' });
  }

  /** Starts the next hub, which dies at a point, be it before it is ready. */
  async function dieAgain(point: string, act: () => Promise<unknown> = async () => {}): Promise<void> {
    world.juhub.arm(point);
    await world.juhub
      .launch('hub')
      .then(act, () => {})
      .catch(() => {});
    await world.juhub.gone('hub');
    expect(world.juhub.armed, `nobody came to ${point}`).toBeUndefined();
  }

  test('again and again in the life of one and the same server, and it becomes ready and is stopped all the same', {
    timeout: ONE_LIFE_WITHIN_MS,
  }, async () => {
    const name = 'killed-often';
    const due = [...startPoints, ...endPoints].filter(({ point }) => isWholeSuite || CRUCIAL.has(point));
    const asks: Partial<Record<FaultStep, () => Promise<unknown>>> = {
      'save-requested': () => world.alice.start(name, CHOICES),
      'save-stopping': () => world.alice.stop(name),
    };
    await world.suffer(`the hub is killed ${due.length} times in the life of one server`, async () => {
      await world.juhub.kill('hub');
      for (const { point, step } of due) {
        await dieAgain(point, asks[step]);
      }
      await world.juhub.launch('hub');
      world.expect({ person: world.alice, name, id: world.findId(name) ?? '', fate: ['stopped'] });
    });
  });

  if (isWholeSuite) {
    const ready: ExpectedServer[] = [];

    test.each(startPoints)(
      '$side the step $step of a start, and the next hub brings the server to ready, with one job',
      async ({ point }) => {
        await world.suffer(sentence(point), async () => {
          // One CPU each: they would not all fit on one partition's nodes.
          ready.push(await startAndDie(point, ready.length % 2 === 0 ? 'batch' : 'gpus'));
        });
      },
    );

    test.each(endPoints)(
      '$side the step $step of a stop, and the next hub ends the server as stopped, with nothing left',
      async ({ point }) => {
        const server = ready.shift();
        if (server === undefined) {
          throw new Error('no server is left to stop');
        }
        await world.suffer(sentence(point), async () => {
          await dieOf(point, () => world.alice.stop(server.name));
          // The wish itself may not have been saved: the person sees the server run, and asks again.
          await world.stop(server);
        });
      },
    );
  }
});

function sentence(point: string): string {
  return `the hub is killed ${point.replace('-', ' ')}`;
}

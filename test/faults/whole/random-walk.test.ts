import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canMakeCluster } from '../../cluster/cluster.js';
import type { ExpectedServer } from '../find-wrongs.js';
import { addPeople } from '../walk/add-people.js';
import { Chance } from '../walk/chance.js';
import { Diary } from '../walk/diary.js';
import { SERVER_HARMS, SHARED_HARMS } from '../walk/walk-faults.js';
import { Walker } from '../walk/walker.js';
import { World } from '../world.js';

/** JUHUB_WALK_SEED takes the same turns again; JUHUB_WALK_MINUTES makes it shorter, with as many spawns a minute. */
const SEED = Number(process.env.JUHUB_WALK_SEED ?? Math.floor(Math.random() * 2 ** 31));
const MINUTES = Number(process.env.JUHUB_WALK_MINUTES ?? 10);
const SPAWNS_PER_MINUTE = 20;

const PROJECTS = { alice: 'climate', bob: 'climate', carol: 'brain', dora: 'climate', emil: 'climate' };
const NEWCOMERS = ['dora', 'emil'];

/** Slurm itself may take two minutes until it starts a job again whose node did not answer. */
const WELL_WITHIN_MS = 300_000;

describe.skipIf(!canMakeCluster().ok)('A random walk', () => {
  let world: World;

  beforeAll(async () => {
    world = await World.open('juhub-faults-walk', { others: ['carol', ...NEWCOMERS] });
    await addPeople(world, NEWCOMERS, 'climate');
  });
  afterAll(() => world?.close());

  test(`of 5 users for ${MINUTES} minutes, with one random fault after the other, ends with everything in its place`, {
    timeout: MINUTES * 60_000 + 2 * WELL_WITHIN_MS,
  }, async () => {
    const spawns = Math.round(MINUTES * SPAWNS_PER_MINUTE);
    process.stdout.write(`the seed of the random walk is ${SEED} (JUHUB_WALK_SEED)\n`);
    const diary = new Diary();
    const chance = new Chance(SEED);
    const walkers = world.people.map((person) => {
      const account = PROJECTS[person.name as keyof typeof PROJECTS];
      const plan = { person, account, chance: chance.fork(), spawns: spawns / 5, durationMs: MINUTES * 60_000 };
      return new Walker(world, diary, plan);
    });
    const sentence = `a random walk of ${spawns} spawns by 5 users for ${MINUTES} minutes (seed ${SEED})`;
    try {
      await world.suffer(sentence, () => walkAll(world, walkers, diary, chance.fork()), WELL_WITHIN_MS);
    } catch (error) {
      process.stderr.write(`The random walk with JUHUB_WALK_SEED=${SEED} went wrong. What was done:\n${diary}\n`);
      throw error;
    }
    process.stdout.write(`${tell(walkers, diary)}\n`);
    expect(world.servers).toHaveLength(spawns);
  });
});

/** Everybody walks, and faults are done meanwhile; resolves when the last fault is over and everybody has come home. */
async function walkAll(world: World, walkers: readonly Walker[], diary: Diary, chance: Chance): Promise<void> {
  const walk = { isOver: false };
  const harming = doHarms(world, walkers, { diary, chance, walk });
  const walking = Promise.all(walkers.map((walker) => walker.walk())).finally(() => {
    walk.isOver = true;
  });
  await Promise.all([harming, walking]);
  diary.note('the walk is over');
}

async function doHarms(
  world: World,
  walkers: readonly Walker[],
  { diary, chance, walk }: { diary: Diary; chance: Chance; walk: { readonly isOver: boolean } },
): Promise<void> {
  const names = [...Object.keys(SHARED_HARMS), ...Object.keys(SERVER_HARMS)];
  while (!walk.isOver) {
    await delay(chance.between(1_000, 6_000));
    const name = chance.pick(names);
    const scene = { world, chance, awayMs: chance.between(3_000, 10_000) };
    const victim = name in SERVER_HARMS ? findVictim(walkers, chance) : undefined;
    if (name in SERVER_HARMS && victim === undefined) {
      continue;
    }
    diary.note(`fault: ${name}${victim === undefined ? '' : ` ${victim.name}`}`);
    await (victim === undefined ? SHARED_HARMS[name]?.(scene) : SERVER_HARMS[name]?.(scene, victim));
    diary.note(`over: ${name}`);
  }
}

function findVictim(walkers: readonly Walker[], chance: Chance): ExpectedServer | undefined {
  return chance.pick(walkers).giveAway(chance);
}

function tell(walkers: readonly Walker[], diary: Diary): string {
  const sum = (count: (walker: Walker) => number) => walkers.reduce((total, walker) => total + count(walker), 0);
  return `${sum(({ starts }) => starts)} starts, ${sum(({ stops }) => stops)} stops, ${diary.faults} faults`;
}

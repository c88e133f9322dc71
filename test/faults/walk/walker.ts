import { setTimeout as delay } from 'node:timers/promises';
import type { ExpectedServer } from '../find-wrongs.js';
import type { Person } from '../person.js';
import type { World } from '../world.js';
import type { Chance } from './chance.js';
import type { Diary } from './diary.js';

/** What one person does in a walk. */
export interface WalkerPlan {
  readonly person: Person;
  /** A project that this person may charge. */
  readonly account: string;
  readonly chance: Chance;
  readonly spawns: number;
  readonly durationMs: number;
}

/** More would not fit on the cluster, with those of the others. */
const LIVING_AT_MOST = 4;
const ASK_AGAIN_MS = 1_000;
const PATIENCE_MS = 120_000;

/**
 * A user of the hub in a walk: starts servers and stops them again, at any point of their life, for the planned time.
 * When the hub does not answer, asks again, as a person would.
 */
export class Walker {
  /** Servers that nobody has ended yet. */
  readonly living: ExpectedServer[] = [];
  starts = 0;
  stops = 0;

  constructor(
    private readonly world: World,
    private readonly diary: Diary,
    private readonly plan: WalkerPlan,
  ) {}

  /** Resolves when all of the plan was done. */
  async walk(): Promise<void> {
    const { chance, spawns, durationMs } = this.plan;
    const pauseMs = durationMs / (2 * spawns);
    const startedAt = Date.now();
    for (let act = 0; this.starts < spawns; act += 1) {
      await delay(Math.max(0, startedAt + act * pauseMs - Date.now()) + chance.next() * pauseMs);
      await this.#lookAtOne();
      const isFull = this.living.length >= LIVING_AT_MOST;
      const mayStop = this.living.length > 0 && act + 1 > this.starts;
      await (isFull || (mayStop && chance.next() < 0.5) ? this.#stopOne() : this.#startOne());
    }
  }

  /** Takes a ready server out of the walker's hands, for a fault; undefined when there is none. */
  giveAway(chance: Chance): ExpectedServer | undefined {
    const ready = this.living.filter(({ id }) => this.world.readRow(id)?.state === 'ready');
    const given = ready.length === 0 ? undefined : chance.pick(ready);
    if (given !== undefined) {
      this.living.splice(this.living.indexOf(given), 1);
    }
    return given;
  }

  async #startOne(): Promise<void> {
    const { person, account, chance } = this.plan;
    this.starts += 1;
    const name = `${person.name}-${this.starts}`;
    const choices = { partition: chance.pick(['batch', 'gpus']), account, minutes: 120 };
    this.diary.note(`${person.name} starts ${name} on ${choices.partition}`);
    const id = await this.#insist(`the start of ${name} is taken`, async () => {
      // The hub may have saved it and died before it could say so.
      return this.world.findId(name) ?? (await person.start(name, { memory: 200, ...choices })).id;
    });
    this.living.push(this.world.expect({ person, name, id, fate: 'ready' }));
  }

  async #stopOne(): Promise<void> {
    const { person, chance } = this.plan;
    const server = chance.pick(this.living);
    this.living.splice(this.living.indexOf(server), 1);
    this.stops += 1;
    this.diary.note(`${person.name} stops ${server.name}, which is ${this.world.readRow(server.id)?.state}`);
    server.fate = ['stopped'];
    await this.#insist(`the stop of ${server.name} is taken`, async () => {
      // Slurm may have lost its job.
      if (this.world.readRow(server.id)?.state !== 'ended') {
        await person.stop(server.name);
      }
    });
  }

  /** Notes which program answers, so that the end of the walk tells whether it still is the same. */
  async #lookAtOne(): Promise<void> {
    const fresh = this.living.filter(({ alive }) => alive === undefined);
    if (fresh.length > 0) {
      const server = this.plan.chance.pick(fresh);
      // A fault may just be in the way: the next look notes it.
      server.alive = await server.person.askAlive(server.name).catch(() => undefined);
    }
  }

  /** @throws with what the hub said last when it took nothing for long */
  async #insist<T>(what: string, act: () => Promise<T>): Promise<T> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      try {
        return await act();
      } catch (error) {
        if (Date.now() > deadline) {
          throw new Error(`it did not come to it that ${what}`, { cause: error });
        }
        await delay(ASK_AGAIN_MS);
      }
    }
  }
}

import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import { expect } from 'vitest';
import { type Cluster, downCluster, upCluster } from '../cluster/cluster.js';
import { type ExpectedServer, findWrongs, isWell, type ServerRow, type Wrongs } from './find-wrongs.js';
import { JuhubParts } from './juhub-parts.js';
import { type Choices, Person } from './person.js';

/** Longer than any fault should take to heal on a busy machine: what is measured is printed, not asserted. */
const WELL_WITHIN_MS = 90_000;
const LOOK_EVERY_MS = 100;

/** What fits several times on the cluster. */
export const SMALL: Choices = { partition: 'batch', account: 'climate', minutes: 120 };

/** What came of one fault. */
interface FaultResult {
  readonly fault: string;
  /** From the moment when the harm is over until all is well. */
  readonly recoveredMs: number;
  readonly lost: number;
  readonly doubled: number;
  readonly orphaned: number;
  readonly untrue: number;
}

/** How a test wants its world. */
export interface WorldOptions {
  readonly others?: readonly string[];
  readonly diskMb?: number;
}

/** A real cluster with a juhub in front, people who use it, and what they may expect of their servers. */
export class World {
  readonly servers: ExpectedServer[] = [];

  private constructor(
    readonly cluster: Cluster,
    readonly juhub: JuhubParts,
    readonly people: readonly [alice: Person, bob: Person, ...others: Person[]],
  ) {}

  /** @param others users beside Alice and Bob @param diskMb see JuhubParts.start */
  static async open(name: string, { others = [], diskMb }: WorldOptions = {}): Promise<World> {
    const cluster = await upCluster({ name });
    try {
      const juhub = await JuhubParts.start(cluster, ['alice', 'bob', ...others], diskMb);
      const enter = (user: string) => Person.enter(juhub, user);
      const [alice, bob, ...more] = await Promise.all([enter('alice'), enter('bob'), ...others.map(enter)]);
      return new World(cluster, juhub, [alice, bob, ...more]);
    } catch (error) {
      await downCluster(cluster.name);
      throw error;
    }
  }

  get alice(): Person {
    return this.people[0];
  }

  get bob(): Person {
    return this.people[1];
  }

  /** Asks for a server that is expected to become ready and to stay so. */
  async start(name: string, choices: Choices = {}, person = this.alice): Promise<ExpectedServer> {
    const { id } = await person.start(name, { ...SMALL, ...choices });
    return this.expect({ person, name, id, fate: 'ready' });
  }

  /** The same, and waits for it. */
  async startReady(name: string, choices: Choices = {}, person = this.alice): Promise<ExpectedServer> {
    const server = await this.start(name, choices, person);
    await this.until(`${name} is ready`, async () => (await person.look(name)).state === 'ready');
    server.alive = await person.askAlive(name);
    return server;
  }

  async stop(server: ExpectedServer): Promise<void> {
    server.fate = ['stopped'];
    await server.person.stop(server.name);
  }

  expect(server: ExpectedServer): ExpectedServer {
    this.servers.push(server);
    return server;
  }

  /** The id of the server that was saved under a name last; for one whose request was never answered. */
  findId(name: string): string | undefined {
    return this.withDatabase((database) => {
      const found = database.prepare('select id from servers where name = ? order by created_at desc').get(name);
      return (found as { id: string } | undefined)?.id;
    });
  }

  /** The job of a server, also while no hub runs; undefined when it has none yet. */
  findJob(id: string): string | undefined {
    return this.readRow(id)?.job_id ?? undefined;
  }

  /** What is saved of a server, also while no hub runs. */
  readRow(id: string): ServerRow | undefined {
    return this.withDatabase(
      (database) => database.prepare('select * from servers where id = ?').get(id) as ServerRow | undefined,
    );
  }

  /** The hub's database, for a moment. */
  withDatabase<T>(use: (database: Sqlite.Database) => T): T {
    const database = new Sqlite(path.join(this.juhub.made.stateDir, 'juhub.db'));
    try {
      return use(database);
    } finally {
      database.close();
    }
  }

  /** Waits until something is so. @throws with what it was that did not come */
  async until(what: string, isSo: () => Promise<boolean> | boolean, withinMs = WELL_WITHIN_MS): Promise<void> {
    const deadline = Date.now() + withinMs;
    while (!(await isSo())) {
      if (Date.now() > deadline) {
        throw new Error(`it did not come to it that ${what}. juhub said:\n${this.juhub.output.slice(-6000)}`);
      }
      await delay(LOOK_EVERY_MS);
    }
  }

  /**
   * Does harm, and when it is over waits until all is well: nothing lost, doubled, orphaned, no reason untrue. What came
   * of it goes to the report; what is still wrong in the end fails the test.
   */
  async suffer(fault: string, harm: () => Promise<void>, withinMs = WELL_WITHIN_MS): Promise<void> {
    await harm();
    const overAt = Date.now();
    let wrongs = await this.#look();
    while (!isWell(wrongs) && Date.now() - overAt < withinMs) {
      await delay(LOOK_EVERY_MS);
      wrongs = await this.#look();
    }
    const result = {
      fault,
      recoveredMs: Date.now() - overAt,
      lost: wrongs.lost.length,
      doubled: wrongs.doubled.length,
      orphaned: wrongs.orphaned.length,
      untrue: wrongs.untrue.length,
    };
    report(result);
    if (!isWell(wrongs)) {
      process.stderr.write(`${this.juhub.output.slice(-8000)}\n`);
    }
    expect(wrongs, fault).toEqual({ lost: [], doubled: [], orphaned: [], untrue: [] });
  }

  async close(): Promise<void> {
    await this.juhub.end();
    await downCluster(this.cluster.name);
  }

  /** While the harm still works a question may fail: that is not well yet. */
  async #look(): Promise<Wrongs> {
    try {
      return await findWrongs(this.cluster, this.juhub.made.stateDir, this.servers);
    } catch (error) {
      return { lost: [`nothing could be looked at: ${error}`], doubled: [], orphaned: [], untrue: [] };
    }
  }
}

function report(result: FaultResult): void {
  process.stdout.write(`${(result.recoveredMs / 1000).toFixed(1).padStart(6)} s  ${result.fault}\n`);
  if (process.env.JUHUB_FAULT_REPORT !== undefined) {
    appendFileSync(process.env.JUHUB_FAULT_REPORT, `${JSON.stringify(result)}\n`);
  }
}

import type { ServerRow } from '../db/server-row.js';
import { doStep } from '../fault-point.js';
import { sayWhy } from '../say-why.js';
import { findHop } from '../sites/find-hop.js';
import type { End } from './end-reason.js';
import type { FollowerRooms } from './follower-rooms.js';
import { ObservedJob } from './observed-job.js';
import { type JobRef, JobRefused } from './scheduler/scheduler.js';
import { FolderError } from './server-files.js';
import { type Connection, connectServer } from './steps/connect-server.js';
import { endServer, keepEnd } from './steps/end-server.js';
import { closeWay, renewGate, WayError } from './steps/open-way.js';
import { describeReach, hasNews, saveStatus } from './steps/save-status.js';
import { submitJob } from './steps/submit-job.js';
import { tellEnd } from './tell-move.js';
import type { Turn } from './turns.js';
import { Wake } from './wake.js';

const CANCEL_AGAIN_MS = 25_000;
const RETRY_FIRST_MS = 500;
const RETRY_LAST_MS = 30_000;
/** Even when nothing is heard, look at the clock: a start may be taking too long. */
const LOOK_AGAIN_MS = 30_000;

/** Why the hub itself gives a server up, while its job still runs. */
const GIVEN_UP: Readonly<Record<Exclude<Connection, 'open' | 'wait'>, End>> = {
  'too-late': { reason: 'no-start', code: 'too-late' },
  'foreign-host': { reason: 'failed', code: 'foreign-host' },
};

/**
 * Follows one server from its request to its end. Each turn looks at the saved row and at what was last heard, does
 * the one act that is due, and saves; so a hub that is killed at any point goes on from the row alone.
 */
export class ServerFollower {
  readonly #wake = new Wake();
  readonly #job: ObservedJob;
  #turn: Turn | undefined;
  #isWayOpen = false;
  /** The way leads to where the job no longer is; undefined: what a hub before this one left is not yet looked at. */
  #isWayStray: boolean | undefined;
  #isGateOld = false;
  #cancelledAt = Number.NEGATIVE_INFINITY;
  #isClosed = false;

  constructor(
    readonly serverId: string,
    private readonly rooms: FollowerRooms,
  ) {
    this.#job = new ObservedJob(rooms, () => this.#wake.ring());
  }

  /** Its place among the starts that wait for their turn; undefined when it does not. */
  get place(): number | undefined {
    return this.#turn?.place;
  }

  /** Takes its place among the starts that wait, unless it is past that: places are in the order of these calls. */
  standInLine(row: ServerRow): void {
    if (row.jobId === null && row.state === 'requested') {
      this.#turn ??= this.rooms.turns.enter(
        { user: row.userName, site: row.site },
        {
          onTurn: () => {
            this.#wake.ring();
            this.rooms.records.tell(this.serverId);
          },
          onPlace: () => this.rooms.records.tell(this.serverId),
        },
      );
    } else {
      this.#leaveLine();
    }
  }

  /** Look again: somebody changed the row. */
  nudge(): void {
    this.#job.beEager();
    this.#wake.ring();
  }

  /** Tunnel or route was found missing: open the way again. */
  reopenWay(): void {
    this.#isWayOpen = false;
    this.#wake.ring();
  }

  /** A session of the user was ended, or the gate was found not to know of one: tell it. An open way stays as it is. */
  renewGate(): void {
    this.#isGateOld = true;
    this.#wake.ring();
  }

  /** Stops following; the server itself goes on. */
  close(): void {
    this.#isClosed = true;
    this.#wake.ring();
  }

  /** Runs until the server has ended or `close` is called. Never rejects. */
  async run(): Promise<void> {
    let retryMs = RETRY_FIRST_MS;
    while (!this.#isClosed) {
      try {
        const row = await this.rooms.records.get(this.serverId);
        if (row === undefined || row.state === 'ended' || this.#isClosed) {
          break;
        }
        this.standInLine(row);
        if (this.#turn?.hasCome === false) {
          await this.#wake.wait(LOOK_AGAIN_MS);
          continue;
        }
        const hadFailed = this.#job.failure !== undefined;
        // Once more after a failure: that it is over must be saved.
        const isMoreDue = (await this.#advance(row)) || hadFailed;
        this.#job.failure = undefined;
        retryMs = RETRY_FIRST_MS;
        if (!isMoreDue) {
          await this.#wake.wait(LOOK_AGAIN_MS);
        }
      } catch (error) {
        if (this.#turn?.hasCome) {
          // Whoever pauses keeps nobody waiting.
          this.#leaveLine();
        }
        await this.#noteFailure(error);
        await this.#wake.wait(retryMs * (0.8 + Math.random() * 0.4));
        retryMs = Math.min(retryMs * 2, RETRY_LAST_MS);
      }
    }
    this.#leaveLine();
    this.#job.close();
  }

  #leaveLine(): void {
    this.#turn?.leave();
    this.#turn = undefined;
  }

  /** The act is tried again; meanwhile the person reads why nothing moves. */
  async #noteFailure(error: unknown): Promise<void> {
    const why = sayWhy(error);
    const hop = error instanceof WayError ? 'server' : findHop(error);
    this.rooms.log.warn({ server: this.serverId, why }, 'a step of a server failed; trying again');
    this.#job.failure = { since: this.#job.failure?.since ?? new Date(), why, hop };
    if (error instanceof WayError) {
      this.#job.doubtEndpoint(this.serverId);
    }
    try {
      const row = await this.rooms.records.get(this.serverId);
      const patch = row === undefined || row.state === 'ended' ? {} : describeReach(row, this.#job);
      if (row !== undefined && hasNews(row, patch)) {
        await this.rooms.records.update(row.id, patch);
      }
    } catch (secondError) {
      this.rooms.log.error({ server: this.serverId, why: sayWhy(secondError) }, 'the database does not answer');
    }
  }

  /** Does the one act that is due. @returns whether another may be due at once */
  async #advance(row: ServerRow): Promise<boolean> {
    if (row.jobId === null) {
      return row.state === 'stopping' ? this.#stopBeforeJob(row) : this.#submit(row);
    }
    this.#job.watch(this.#refOf(row, row.jobId));
    if (this.#job.isOver) {
      await endServer(this.rooms, row, { cause: 'job-over', status: this.#job.fate });
      return true;
    }
    this.#isWayStray ??= row.state === 'starting';
    const movedTo = await saveStatus(this.rooms.records, row, this.#job);
    if (row.state === 'stopping') {
      return this.#cancel(row, row.jobId);
    }
    if (movedTo !== undefined) {
      this.#afterMove(row);
      return true;
    }
    if (this.#isWayStray) {
      // At its old port somebody else may listen by now, and would be told the server's secret.
      await closeWay(this.rooms.ends, row);
      this.#isWayStray = false;
    }
    if (this.#isGateOld) {
      await this.#renewGate(row);
    }
    return this.#isWayOpen ? false : this.#connect(row);
  }

  async #renewGate(row: ServerRow): Promise<void> {
    // Before the act, like the mark of an open way: sessions may be ended while it is under way.
    this.#isGateOld = false;
    await renewGate(this.rooms, row).catch((error: unknown) => {
      this.#isGateOld = true;
      throw error;
    });
  }

  #afterMove(before: ServerRow): void {
    if (before.state === 'ready') {
      this.#isWayOpen = false;
      this.#isWayStray = true;
      this.#job.forgetEndpoint();
    } else {
      this.#job.beEager();
    }
  }

  async #submit(row: ServerRow): Promise<boolean> {
    try {
      await submitJob(this.rooms, row);
    } catch (error) {
      if (!(error instanceof JobRefused || error instanceof FolderError)) {
        throw error;
      }
      // Read again: the attempt was saved meanwhile, and with it that there is a folder to remove.
      const attempted = (await this.rooms.records.get(row.id)) ?? row;
      const code = error instanceof FolderError ? 'no-folder' : 'refused';
      const end = { reason: 'refused', code, values: { words: error.message } } as const;
      await endServer(this.rooms, attempted, { cause: 'refused', end });
    }
    this.#leaveLine();
    this.#job.beEager();
    return true;
  }

  /** Stopped before a job's id was saved: there may be a job all the same, if the hub died right after submitting. */
  async #stopBeforeJob(row: ServerRow): Promise<boolean> {
    const { scheduler, records } = this.rooms;
    const jobId =
      row.submitAttemptedAt === null ? undefined : await scheduler.find({ serverId: row.id, account: row.account });
    if (jobId === undefined) {
      await endServer(this.rooms, row, { cause: 'never-submitted' });
    } else {
      await records.update(row.id, { jobId });
    }
    return true;
  }

  async #connect(row: ServerRow): Promise<boolean> {
    // Set before the act: a call of `reopenWay` while it is under way must not be lost.
    this.#isWayOpen = true;
    const connection = await connectServer(this.rooms, row, this.#job).catch((error: unknown) => {
      this.#isWayOpen = false;
      throw error;
    });
    if (connection !== 'open') {
      this.#isWayOpen = false;
    }
    if (connection === 'too-late' || connection === 'foreign-host') {
      const end = GIVEN_UP[connection];
      await this.rooms.records.move(row.id, { to: 'stopping', ...tellEnd('given-up', end), patch: keepEnd(end) });
      return true;
    }
    // Once more: it may have been stopped while its way was opened.
    return connection === 'open';
  }

  async #cancel(row: ServerRow, jobId: string): Promise<boolean> {
    if (performance.now() - this.#cancelledAt > CANCEL_AGAIN_MS) {
      await doStep('close-way', () => closeWay(this.rooms.ends, row));
      await doStep('cancel', () => this.rooms.scheduler.cancel(this.#refOf(row, jobId)));
      this.#cancelledAt = performance.now();
      this.#job.beEager();
    }
    return false;
  }

  #refOf(row: ServerRow, jobId: string): JobRef {
    return { serverId: row.id, account: row.account, jobId };
  }
}

import { isDeepStrictEqual } from 'node:util';
import type { Hop } from '../db/server-row.js';
import type { Endpoint } from './endpoint.js';
import type { EndpointWatcher } from './endpoint-watcher.js';
import type { JobPoller, Observation } from './job-poller.js';
import type { JobRef, JobStatus, Outcome } from './scheduler/scheduler.js';

/** A scheduler must say this often that it has no record of a job before the job counts as gone. */
const UNKNOWN_LIMIT = 3;
/** For so long it may say that it does not know yet how a job ended, before the job counts as gone without a reason. */
const UNSETTLED_LIMIT_MS = 60_000;
/** What was just asked for is looked at eagerly for this long; a job that waits longer is looked at calmly. */
const EAGER_MS = 60_000;
/** It is a command on the login node. */
const DOUBT_EVERY_MS = 5_000;

/** Something that cannot be done just now, and since when. */
export interface Trouble {
  readonly since: Date;
  readonly why: string;
  readonly hop: Hop;
}

/** What has been heard of one server's job so far. Everything in it is gone with the hub and heard anew after. */
export class ObservedJob {
  status: JobStatus | undefined;
  endpoint: Endpoint | undefined;
  // Readings of the clock that only runs forwards: the machine's own may be set while a server lives.
  #endpointAt = Number.NEGATIVE_INFINITY;
  #doubtedAt = Number.NEGATIVE_INFINITY;
  #statusAt = Number.NEGATIVE_INFINITY;
  #runsSince: number | undefined;
  /** Why the scheduler cannot be asked just now. */
  unreachable: Trouble | undefined;
  /** Why the last act failed (no connection, no answer through the tunnel); it is tried again. */
  failure: Trouble | undefined;
  lastSeenAt: Date | undefined;
  #unknownCount = 0;
  #unsettledSince: number | undefined;
  #isGone = false;
  #eagerUntil = performance.now() + EAGER_MS;
  #unwatchJob: (() => void) | undefined;
  #unwatchEndpoint: (() => void) | undefined;

  constructor(
    private readonly rooms: { readonly poller: JobPoller; readonly watcher: EndpointWatcher },
    private readonly onNews: () => void,
  ) {}

  /** A definite answer: the job is over, or the scheduler has lost all trace of it. */
  get isOver(): boolean {
    return this.status?.phase === 'over' || this.#isGone;
  }

  /** The last word about a job that is over; undefined when the scheduler has no record of it. */
  get fate(): JobStatus | undefined {
    return this.status?.phase === 'over' ? this.status : undefined;
  }

  /** Whether the scheduler has spoken since the endpoint was announced: what it said before may be of an earlier run. */
  get isStatusNewer(): boolean {
    return this.#statusAt > this.#endpointAt;
  }

  /**
   * For how long this run of the job has been heard of, in milliseconds; 0 while it does not run. What happened while
   * nobody looked, or the scheduler could not be asked, does not count.
   */
  get heardRunningMs(): number {
    return this.#runsSince === undefined ? 0 : performance.now() - this.#runsSince;
  }

  get isEager(): boolean {
    return performance.now() < this.#eagerUntil;
  }

  /** Ask often again: somebody has just asked for something. */
  beEager(): void {
    this.#eagerUntil = performance.now() + EAGER_MS;
    this.rooms.poller.hurry();
  }

  /** Follows the job in the scheduler's queue; safe to repeat. */
  watch(ref: JobRef): void {
    this.#unwatchJob ??= this.rooms.poller.watch({
      ref,
      isUrgent: () => this.isEager,
      onObservation: (observation) => this.#hear(observation),
    });
  }

  /** Waits on the login node for the endpoint, or for another one than the known; safe to repeat. */
  watchEndpoint(serverId: string): void {
    this.#unwatchEndpoint ??= this.rooms.watcher.watch(serverId, (endpoint) => {
      this.#unwatchEndpoint = undefined;
      if (isDeepStrictEqual(endpoint, this.endpoint)) {
        return;
      }
      this.endpoint = endpoint;
      this.#endpointAt = performance.now();
      this.onNews();
    });
  }

  /**
   * Nothing answers at the endpoint: Slurm may have run the job once more without saying so, and it may have announced
   * another one since. Looked at now and then, for as long as it is said.
   */
  doubtEndpoint(serverId: string): void {
    if (performance.now() - this.#doubtedAt > DOUBT_EVERY_MS) {
      this.#doubtedAt = performance.now();
      this.watchEndpoint(serverId);
    }
  }

  /** The job starts anew (it was requeued): its old endpoint counts no more. */
  forgetEndpoint(): void {
    this.endpoint = undefined;
    this.beEager();
  }

  unwatchEndpoint(): void {
    this.#unwatchEndpoint?.();
    this.#unwatchEndpoint = undefined;
  }

  close(): void {
    this.unwatchEndpoint();
    this.#unwatchJob?.();
    this.#unwatchJob = undefined;
  }

  #hear(observation: Observation): void {
    const before = this.#heard;
    if (observation.kind === 'unreachable') {
      this.unreachable = goOn(this.unreachable, observation);
      this.#runsSince = undefined;
      this.#unsettledSince = undefined;
    } else {
      this.unreachable = undefined;
      this.lastSeenAt = new Date();
      this.#hearOfGoing(observation.kind);
      if (observation.kind === 'status') {
        this.#hearStatus(observation.status);
      }
    }
    // A job that goes on as it did is no news: thousands of followers would read their rows for nothing.
    if (!isDeepStrictEqual(before, this.#heard)) {
      this.onNews();
    }
  }

  /** All that a follower decides by. */
  get #heard(): unknown[] {
    return [this.status, this.unreachable, this.#isGone, this.isStatusNewer];
  }

  #hearOfGoing(kind: 'status' | Extract<Outcome, string>): void {
    const now = performance.now();
    this.#unknownCount = kind === 'unknown' ? this.#unknownCount + 1 : 0;
    this.#unsettledSince = kind === 'unsettled' ? (this.#unsettledSince ?? now) : undefined;
    this.#isGone =
      this.#unknownCount >= UNKNOWN_LIMIT ||
      (this.#unsettledSince !== undefined && now - this.#unsettledSince >= UNSETTLED_LIMIT_MS);
  }

  #hearStatus(status: JobStatus): void {
    const now = performance.now();
    const isSameRun = status.startedAt?.getTime() === this.status?.startedAt?.getTime();
    this.#runsSince = status.phase !== 'running' ? undefined : isSameRun ? (this.#runsSince ?? now) : now;
    this.#statusAt = now;
    this.status = status;
  }
}

/**
 * A trouble lasts until something is heard, but why may change meanwhile: sshd is away, and comes back with another key.
 * Numbers alone ("the next try is in 12 s") are no news, or every round would be saved.
 */
function goOn(before: Trouble | undefined, { why, hop }: Pick<Trouble, 'why' | 'hop'>): Trouble {
  const since = before?.since ?? new Date();
  return before !== undefined && withoutNumbers(before.why) === withoutNumbers(why) ? before : { since, why, hop };
}

function withoutNumbers(text: string): string {
  return text.replaceAll(/\d+/g, '');
}

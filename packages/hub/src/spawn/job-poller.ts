import type { Hop } from '../db/server-row.js';
import { sayWhy } from '../say-why.js';
import { findHop } from '../sites/find-hop.js';
import type { JobRef, JobStatus, Outcome, Scheduler } from './scheduler/scheduler.js';
import { Wake } from './wake.js';

/** What is heard of a job. */
export type Observation =
  | { readonly kind: 'status'; readonly status: JobStatus }
  /** The scheduler answered, and the job does not run, but how it ended it does not say (yet). */
  | { readonly kind: Extract<Outcome, string> }
  /** The scheduler could not be asked: nothing is known to have changed. */
  | { readonly kind: 'unreachable'; readonly why: string; readonly hop: Hop };

/** A job that somebody follows. */
export interface WatchedJob {
  readonly ref: JobRef;
  /** Something of the user's is starting or stopping: ask often. Read at every round. */
  readonly isUrgent: () => boolean;
  readonly onObservation: (observation: Observation) => void;
}

/**
 * Asks one scheduler for all jobs that are followed, with one question a round. The rounds are `calmMs` apart, a
 * second while a job is urgent, both with jitter so that hubs do not fall into step; without jobs nothing is asked.
 */
export class JobPoller {
  readonly #jobs = new Set<WatchedJob>();
  readonly #wake = new Wake();
  #isClosed = false;
  readonly #done: Promise<void>;
  /** How many rounds have been asked, for whoever counts the cost. */
  rounds = 0;
  #trouble: string | undefined;

  constructor(
    private readonly scheduler: Scheduler,
    private readonly intervals: { calmMs: number; urgentMs: number },
  ) {
    this.#done = this.#run();
  }

  /** Why the scheduler could not be asked at the last round; undefined where it could. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** @returns how to stop following the job */
  watch(job: WatchedJob): () => void {
    this.#jobs.add(job);
    this.#wake.ring();
    return () => this.#jobs.delete(job);
  }

  /** Starts the next round now instead of when it is due. */
  hurry(): void {
    this.#wake.ring();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#wake.ring();
    await this.#done;
  }

  async #run(): Promise<void> {
    while (!this.#isClosed) {
      const jobs = [...this.#jobs];
      if (jobs.length === 0) {
        // Nobody asks, so nothing is known any more.
        this.#trouble = undefined;
        await this.#wake.wait();
        continue;
      }
      await this.#askAll(jobs);
      await this.#wake.wait(this.#pauseMs());
    }
  }

  #pauseMs(): number {
    const isUrgent = [...this.#jobs].some((job) => job.isUrgent());
    return (isUrgent ? this.intervals.urgentMs : this.intervals.calmMs) * (0.85 + Math.random() * 0.3);
  }

  async #askAll(jobs: readonly WatchedJob[]): Promise<void> {
    this.rounds += 1;
    let statuses: ReadonlyMap<string, JobStatus>;
    try {
      statuses = await this.scheduler.poll(jobs.map((job) => job.ref));
    } catch (error) {
      this.#trouble = sayWhy(error);
      this.#tell(jobs, { kind: 'unreachable', why: sayWhy(error), hop: findHop(error) });
      return;
    }
    this.#trouble = undefined;
    const missing: WatchedJob[] = [];
    for (const job of jobs) {
      const status = statuses.get(job.ref.serverId);
      if (status === undefined) {
        missing.push(job);
      } else {
        this.#tell([job], { kind: 'status', status });
      }
    }
    for (const job of missing) {
      this.#tell([job], await this.#askOutcome(job.ref));
    }
  }

  async #askOutcome(ref: JobRef): Promise<Observation> {
    try {
      const outcome = await this.scheduler.outcome(ref);
      return typeof outcome === 'string' ? { kind: outcome } : { kind: 'status', status: outcome };
    } catch (error) {
      return { kind: 'unreachable', why: sayWhy(error), hop: findHop(error) };
    }
  }

  /** A job that was dropped while the question was under way hears nothing any more. */
  #tell(jobs: readonly WatchedJob[], observation: Observation): void {
    for (const job of jobs) {
      if (this.#jobs.has(job)) {
        job.onObservation(observation);
      }
    }
  }
}

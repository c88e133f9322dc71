/** Something that must not take too long. */
export interface Swept {
  /** When its time is up, by `Sweeper.nowMs`; Infinity for never. */
  readonly deadlineMs: number;
  expire(): void;
}

/**
 * Ends what takes too long, looking at all of it now and then: a timer for each would cost more than what it watches.
 * Deadlines are kept to within one interval.
 */
export class Sweeper {
  readonly #watched = new Set<Swept>();
  readonly #timer: NodeJS.Timeout;
  #nowMs = performance.now();

  constructor(intervalMs: number) {
    this.#timer = setInterval(() => this.#sweep(), intervalMs).unref();
  }

  /** The time at the last look, in milliseconds since some moment. */
  get nowMs(): number {
    return this.#nowMs;
  }

  watch(something: Swept): void {
    this.#watched.add(something);
  }

  forget(something: Swept): void {
    this.#watched.delete(something);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#watched.clear();
  }

  #sweep(): void {
    this.#nowMs = performance.now();
    for (const each of this.#watched) if (each.deadlineMs <= this.#nowMs) each.expire();
  }
}

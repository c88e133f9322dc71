/** How long an answer is good, and how hard a site is asked. All in milliseconds. */
export interface KeepTimes {
  /** An answer older than this is asked for anew. */
  readonly freshMs: number;
  /** After a question that failed, the next one waits as long. */
  readonly retryMs: number;
  /** So long after somebody looked last the answer is kept fresh although nobody waits for it; 0: never. */
  readonly warmMs: number;
}

/** What is known now, and why it is not newer. */
export interface Kept<Answer> {
  /** The last answer; undefined: there was none yet. */
  readonly answer?: Answer | undefined;
  /** When it came. */
  readonly askedAt?: Date | undefined;
  /** Why the last question failed; undefined when it did not. */
  readonly failure?: unknown;
}

/**
 * One answer of a site that many people look at. Nobody waits for it but the first: who comes later is served what is
 * known, at once, and where that is old a new question goes out behind their backs. There is one question at a time,
 * however many look, and none right after one that failed. The last answer stays when the site cannot be asked.
 */
export class KeptAnswer<Answer> {
  #kept: Kept<Answer> = {};
  #asking: Promise<void> | undefined;
  #lastTryAt = Number.NEGATIVE_INFINITY;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(
    private readonly ask: () => Promise<Answer>,
    private readonly times: KeepTimes,
  ) {}

  /** Waits for the site only where nothing is known yet; never rejects. */
  async look(): Promise<Kept<Answer>> {
    this.#lookedAt = performance.now();
    if (this.#isDue()) {
      void this.#refresh();
    }
    if (this.#kept.answer === undefined) {
      await this.#asking;
    }
    return this.#kept;
  }

  /** What is known, without a look: nothing is asked for. */
  get known(): Kept<Answer> {
    return this.#kept;
  }

  /** Lets go of a failure, so that the next look asks at once. */
  forgiveFailure(): void {
    if (this.#kept.failure !== undefined) {
      this.#lastTryAt = Number.NEGATIVE_INFINITY;
    }
  }

  /** Asks no more. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #isDue(): boolean {
    return performance.now() - this.#lastTryAt >= this.#pauseMs();
  }

  #pauseMs(): number {
    return this.#kept.failure === undefined ? this.times.freshMs : this.times.retryMs;
  }

  #refresh(): Promise<void> {
    this.#asking ??= this.#askOnce().finally(() => {
      this.#asking = undefined;
      this.#lastTryAt = performance.now();
      this.#keepWarm();
    });
    return this.#asking;
  }

  async #askOnce(): Promise<void> {
    try {
      this.#kept = { answer: await this.ask(), askedAt: new Date() };
    } catch (failure) {
      this.#kept = { ...this.#kept, failure };
    }
  }

  /** The next question comes by itself as long as somebody has looked lately; jitter keeps sites out of step. */
  #keepWarm(): void {
    clearTimeout(this.#timer);
    if (this.#isClosed || performance.now() - this.#lookedAt > this.times.warmMs) {
      return;
    }
    const pauseMs = this.#pauseMs() * (1 + Math.random() / 10);
    this.#timer = setTimeout(
      () => void (performance.now() - this.#lookedAt <= this.times.warmMs && this.#refresh()),
      pauseMs,
    );
    this.#timer.unref();
  }
}

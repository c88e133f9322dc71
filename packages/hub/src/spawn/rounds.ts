/** When the next round is due: after one that went well, and after one that failed. */
export interface RoundIntervals {
  readonly everyMs: number;
  readonly againMs: number;
}

/** Does something over and over, one round at a time. */
export class Rounds {
  #timer: NodeJS.Timeout | undefined;
  #soon: NodeJS.Timeout | undefined;
  #failures = 0;
  #isActing = false;
  #isHurried = false;
  #isClosed = false;

  /** @param onFailure hears of every round that failed, and how many have in a row */
  constructor(
    private readonly act: () => Promise<void>,
    private readonly intervals: RoundIntervals,
    private readonly onFailure: (error: unknown, failures: number) => void,
  ) {}

  /** Does one round now and sees to the next ones. Resolves after the first; never rejects. */
  async start(): Promise<void> {
    this.#isActing = true;
    this.#isHurried = false;
    try {
      await this.act();
      this.#failures = 0;
    } catch (error) {
      this.#failures += 1;
      if (!this.#isClosed) {
        this.onFailure(error, this.#failures);
      }
    }
    this.#isActing = false;
    if (!this.#isClosed) {
      this.#timer = setTimeout(() => void this.start(), this.#isHurried ? 0 : this.#choosePauseMs());
    }
  }

  /** The next round begins at once, or right after the one that is under way. */
  hurry(): void {
    this.#isHurried = true;
    if (this.#isActing || this.#isClosed) {
      return;
    }
    clearTimeout(this.#timer);
    void this.start();
  }

  /** A round begins no later than after this time, which is in milliseconds. */
  hurryWithin(mostMs: number): void {
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined;
      this.hurry();
    }, mostMs);
  }

  /** No further round begins. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#soon);
    clearTimeout(this.#timer);
  }

  #choosePauseMs(): number {
    const { everyMs, againMs } = this.intervals;
    return (this.#failures === 0 ? everyMs : againMs) * (0.9 + Math.random() * 0.2);
  }
}

import type { Hop } from '../db/server-row.js';
import { sayWhy } from '../say-why.js';
import { findHop } from './find-hop.js';

/** What a site said last, and why it could not be asked since. */
export interface LastAnswer<Value> {
  /** Undefined: it has never said. */
  readonly value?: Value | undefined;
  readonly askedAt?: Date | undefined;
  /** Why the last question failed, in words for a person. */
  readonly problem?: string | undefined;
  /** How far that question came; set together with `problem`. */
  readonly problemHop?: Hop | undefined;
}

/** Readings of the clock that only runs forwards: the machine's own may be set. */
interface Keep<Value> {
  readonly answer: LastAnswer<Value>;
  readonly triedAt: number;
  readonly answeredAt: number;
}

/** Kept this many times longer than they are fresh, for when the site cannot be asked. */
const KEPT_TIMES_FRESH = 20;
/** Old answers are looked for when there are so many more than last time. */
const SWEEP_EVERY = 100;

/**
 * Answers of sites, so that however many look, a question is asked once in a while: whoever asks while one is under way
 * waits for that one, and a question that failed is not asked again before its time either.
 */
export class KeptAnswers<Value> {
  readonly #kept = new Map<string, Keep<Value>>();
  readonly #asking = new Map<string, Promise<LastAnswer<Value>>>();
  #sweepAt = SWEEP_EVERY;

  constructor(private readonly freshMs: number) {}

  /** Never rejects: a question that fails leaves the last answer with `problem`. @param key what the answer is about */
  async get(key: string, ask: () => Promise<Value>): Promise<LastAnswer<Value>> {
    const kept = this.#kept.get(key);
    if (kept !== undefined && performance.now() - kept.triedAt < this.freshMs) {
      return kept.answer;
    }
    let asking = this.#asking.get(key);
    if (asking === undefined) {
      asking = this.#ask(key, ask).finally(() => this.#asking.delete(key));
      this.#asking.set(key, asking);
    }
    return asking;
  }

  /** What is known now, however old; nothing is asked. */
  peek(key: string): LastAnswer<Value> | undefined {
    return this.#kept.get(key)?.answer;
  }

  async #ask(key: string, ask: () => Promise<Value>): Promise<LastAnswer<Value>> {
    const keep = await this.#tryToAsk(key, ask);
    this.#kept.set(key, keep);
    this.#sweep();
    return keep.answer;
  }

  async #tryToAsk(key: string, ask: () => Promise<Value>): Promise<Keep<Value>> {
    try {
      const answer = { value: await ask(), askedAt: new Date() };
      return { answer, triedAt: performance.now(), answeredAt: performance.now() };
    } catch (error) {
      const { answer: { value, askedAt } = {}, answeredAt = performance.now() } = this.#kept.get(key) ?? {};
      const answer = { value, askedAt, problem: sayWhy(error), problemHop: findHop(error) };
      return { answer, triedAt: performance.now(), answeredAt };
    }
  }

  #sweep(): void {
    if (this.#kept.size < this.#sweepAt) {
      return;
    }
    const oldest = performance.now() - this.freshMs * KEPT_TIMES_FRESH;
    for (const [key, { answeredAt }] of this.#kept) {
      if (answeredAt < oldest) {
        this.#kept.delete(key);
      }
    }
    this.#sweepAt = this.#kept.size + SWEEP_EVERY;
  }
}

import { networkOf } from '@juhub/proxy';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { SignInLimits as Limits } from '../config/config.js';
import { userNamePattern } from '../config/setting-types.js';

/** Too many wrong passwords or tokens; it passes by itself after a while. */
export class TooManyAttempts extends Error {
  readonly code = 'too-many-attempts';
  readonly transient = true;
  readonly waitSeconds: number;

  constructor(waitMs: number) {
    const waitSeconds = Math.max(1, Math.ceil(waitMs / 1000));
    const wait = waitSeconds < 90 ? `${waitSeconds} seconds` : `${Math.ceil(waitSeconds / 60)} minutes`;
    super(`Too many attempts to sign in. Please try again in ${wait}.`);
    this.name = 'TooManyAttempts';
    this.waitSeconds = waitSeconds;
  }
}

/** Names that somebody has signed in with, and from where; more are forgotten, the oldest first. */
const mostFriends = 10_000;

/**
 * Slows down guessing: few wrong passwords for one name from one address, and not many more for one name from
 * anywhere. The second limit spares addresses that the name signed in from before, so that nobody can lock others out.
 */
export class SignInLimits {
  readonly #byPlace: RateLimiterMemory;
  readonly #byName: RateLimiterMemory;
  readonly #friends = new Set<string>();

  constructor(limits: Limits) {
    this.#byPlace = new RateLimiterMemory({ points: limits.attemptsPerMinute, duration: 60 });
    this.#byName = new RateLimiterMemory({ points: limits.attemptsPerHour, duration: 3600 });
  }

  /**
   * Counts an attempt, before the password is looked at: many at the same time count as many.
   *
   * @throws TooManyAttempts
   */
  async count(name: string, address: string): Promise<void> {
    const keys = makeKeys(name, address);
    await consume(this.#byPlace, keys.place);
    if (!this.#friends.has(keys.place)) {
      await consume(this.#byName, keys.name);
    }
  }

  /** Takes the attempts back that led to a right password. */
  async forgive(name: string, address: string): Promise<void> {
    const keys = makeKeys(name, address);
    await this.#byPlace.delete(keys.place);
    if (!this.#friends.has(keys.place)) {
      await this.#byName.reward(keys.name);
    }
    this.#friends.delete(keys.place);
    this.#friends.add(keys.place);
    const [oldest] = this.#friends;
    if (this.#friends.size > mostFriends && oldest !== undefined) {
      this.#friends.delete(oldest);
    }
  }
}

/** Names that nobody can have share one count, so that inventing names does not fill the memory. */
function makeKeys(name: string, address: string): { place: string; name: string } {
  const who = userNamePattern.test(name) ? name : '';
  return { place: `${networkOf(address)} ${who}`, name: who };
}

/** Counts one attempt. @throws TooManyAttempts */
export async function consume(limiter: RateLimiterMemory, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (refusal) {
    throw refusal instanceof RateLimiterRes ? new TooManyAttempts(refusal.msBeforeNext) : refusal;
  }
}

import { createHash } from 'node:crypto';
import { Slots } from '@juhub/connector';
import { explainRefusal, type Refusal, SlurmError } from '@juhub/slurm';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Log } from '../../log.js';
import type { Notices } from '../../notices/notices.js';
import type { SpawnRequest } from '../steps/check-request.js';
import { type JobPlan, type PlanRooms, planJob, renderPlan } from '../steps/plan-job.js';
import { SAMPLE_ID } from './render-trial.js';

/** When a server would start, as the scheduler guesses. */
export type StartGuess =
  /** Its job would start then, which may be now. */
  | { readonly outcome: 'starts'; readonly at: Date; readonly nodes: string | undefined }
  /** It would be taken, and the scheduler names no time. */
  | { readonly outcome: 'taken'; readonly words: string }
  /** It has no queue to wait in: it is a process on the login node. */
  | { readonly outcome: 'at-once' }
  /** It would not be taken. */
  | { readonly outcome: 'refused'; readonly refusal: Refusal };

/** A guess, and when it was made. */
export type AskedGuess = StartGuess & { readonly askedAt: Date };

/** Somebody asks more often than the schedulers are to be asked. It passes by itself after a moment. */
export class TooManyChecks extends Error {
  readonly code = 'too-many-checks';
  readonly transient = true;

  constructor(readonly waitSeconds: number) {
    super(`The scheduler is asked for you already, or was too often. Please try again in ${waitSeconds} seconds.`);
    this.name = 'TooManyChecks';
  }
}

/** How hard the schedulers are asked. */
export interface ExpectedStartLimits {
  /** A guess is good for as long. */
  readonly keepMs: number;
  /** How many questions one person may have asked in a minute. */
  readonly perMinute: number;
  /** How many questions a site has at a time: the scheduler holds its queue still while it looks at one. */
  readonly perSite: number;
}

const LIMITS: ExpectedStartLimits = { keepMs: 30_000, perMinute: 20, perSite: 4 };

/** Guesses that are kept; the oldest are forgotten first. */
const MOST_KEPT = 2_000;

/** For a person who has another question open: about as long as one takes. */
const BUSY_WAIT_S = 2;

/** What the questions are made from. */
export interface ExpectedStartRooms extends PlanRooms {
  readonly notices: Pick<Notices, 'refuseInMaintenance'>;
  readonly log: Log;
}

interface Question {
  readonly key: string;
  readonly guess: Promise<AskedGuess>;
}

/**
 * Asks when a server would start, before it is asked for: Slurm looks at the very script that would be submitted
 * (`sbatch --test-only`), as the person's own account. The same question of the same person is answered from memory for
 * a while; each person has one question open at a time, and not many in a minute; a site has a few at a time, and the
 * others stand in line.
 */
export class ExpectedStarts {
  readonly #kept = new Map<string, { readonly guess: AskedGuess; readonly until: number }>();
  readonly #open = new Map<string, Question>();
  readonly #lines = new Map<string, Slots>();
  readonly #limits: ExpectedStartLimits;
  readonly #perMinute: RateLimiterMemory;

  constructor(
    private readonly rooms: ExpectedStartRooms,
    limits: Partial<ExpectedStartLimits> = {},
  ) {
    this.#limits = { ...LIMITS, ...limits };
    this.#perMinute = new RateLimiterMemory({ points: this.#limits.perMinute, duration: 60 });
  }

  /**
   * @throws RequestRefused when something of the request is not allowed, SiteInMaintenance, TooManyChecks, or the error
   *   of the site when it cannot be asked
   */
  async ask(request: SpawnRequest): Promise<AskedGuess> {
    const plan = await planJob(this.rooms, request);
    await this.rooms.notices.refuseInMaintenance(plan.site);
    if (plan.scheduler === 'process') {
      return { outcome: 'at-once', askedAt: new Date() };
    }
    const script = renderPlan(plan, SAMPLE_ID, this.rooms.log);
    const key = nameQuestion(plan, script);
    const kept = this.#kept.get(key);
    return kept !== undefined && kept.until > performance.now() ? kept.guess : this.#askOnce(plan, { script, key });
  }

  #askOnce(plan: JobPlan, { script, key }: { script: string; key: string }): Promise<AskedGuess> {
    const { userName } = plan;
    const open = this.#open.get(userName);
    if (open !== undefined) {
      return open.key === key ? open.guess : Promise.reject(new TooManyChecks(BUSY_WAIT_S));
    }
    const guess = this.#askSite(plan, script)
      .then((answer) => this.#keep(key, answer))
      .finally(() => this.#open.delete(userName));
    this.#open.set(userName, { key, guess });
    return guess;
  }

  async #askSite(plan: JobPlan, script: string): Promise<AskedGuess> {
    await this.#count(plan.userName);
    const leave = await this.#findLine(plan.site.name).take();
    try {
      const guess = await askSlurm(plan, script);
      return { ...(await this.#waitForReservation(plan, guess)), askedAt: new Date() };
    } finally {
      leave();
    }
  }

  /** Slurm looks into no reservation that has not begun; a job in one would be taken, and start with it at the earliest. */
  async #waitForReservation({ site, userName, choices }: JobPlan, guess: StartGuess): Promise<StartGuess> {
    if (guess.outcome !== 'refused' || guess.refusal.code !== 'begin') {
      return guess;
    }
    const { reservations } = await this.rooms.catalogues.get(site.name, site.accountOf(userName));
    const at = reservations.find(({ name }) => name === choices.reservation)?.startAt;
    return at !== undefined && at.getTime() > Date.now() ? { outcome: 'starts', at, nodes: undefined } : guess;
  }

  #findLine(site: string): Slots {
    const line = this.#lines.get(site) ?? new Slots(this.#limits.perSite);
    this.#lines.set(site, line);
    return line;
  }

  async #count(userName: string): Promise<void> {
    try {
      await this.#perMinute.consume(userName);
    } catch (refusal) {
      throw refusal instanceof RateLimiterRes
        ? new TooManyChecks(Math.max(1, Math.ceil(refusal.msBeforeNext / 1000)))
        : refusal;
    }
  }

  #keep(key: string, guess: AskedGuess): AskedGuess {
    this.#kept.delete(key);
    this.#kept.set(key, { guess, until: performance.now() + this.#limits.keepMs });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST_KEPT && oldest !== undefined) {
      this.#kept.delete(oldest);
    }
    return guess;
  }
}

/** The script holds all that was chosen. */
function nameQuestion({ userName, site }: JobPlan, script: string): string {
  return createHash('sha256')
    .update(JSON.stringify([userName, site.name, script]))
    .digest('base64url');
}

/** A refusal is an answer. @throws the error of the site when it cannot be asked */
async function askSlurm({ site, userName }: JobPlan, script: string): Promise<StartGuess> {
  try {
    const { expectedStart, nodes, message } = await site.slurmAs(site.accountOf(userName)).testSubmit({ script });
    return expectedStart === undefined
      ? { outcome: 'taken', words: message }
      : { outcome: 'starts', at: expectedStart, nodes };
  } catch (error) {
    if (error instanceof SlurmError && error.code === 'refused') {
      return { outcome: 'refused', refusal: explainRefusal(error.stderr) };
    }
    throw error;
  }
}

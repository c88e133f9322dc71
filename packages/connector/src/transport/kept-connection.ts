import { type BackoffPolicy, computeBackoffMs, isRefusal } from '../backoff.js';
import { ConnectorError } from '../connector-error.js';
import type { ConnectorLogger } from '../connector-logger.js';
import type { ConnectionState } from './transport.js';

/** A connection that may be lost at any time. */
export interface Link {
  /** Resolves with the reason, in words, once it is gone. */
  readonly closed: Promise<string>;
  end(): void;
}

/** What a `KeptConnection` needs. */
export interface KeptConnectionOptions<L extends Link> {
  /** What is connected, for messages. */
  title: string;
  connect: (signal: AbortSignal) => Promise<L>;
  /** Whether a lost connection shall come back by itself. */
  isWanted: () => boolean;
  backoff: BackoffPolicy;
  /** Told when it is there again after it was lost or could not be made. */
  onBack: () => void;
  log: ConnectorLogger;
}

/** A connection that lived this long was a good one: when it is lost, the waiting starts anew. */
const stableMs = 10_000;

/** One connection that is opened when it is first asked for, kept, and opened again when it is lost. */
export class KeptConnection<L extends Link> {
  readonly #options: KeptConnectionOptions<L>;
  readonly #waiters = new Set<() => void>();
  #state: ConnectionState = 'closed';
  #since = Date.now();
  #link: L | undefined;
  #attempt: AbortController | undefined;
  #failures = 0;
  /** Counted apart: that a site was away for long must not make the first refusal wait for minutes. */
  #refusals = 0;
  #attemptFailed = false;
  #successes = 0;
  #lastError: ConnectorError | undefined;
  #retry: { timer: NodeJS.Timeout; at: number } | undefined;
  #ended = false;

  constructor(options: KeptConnectionOptions<L>) {
    this.#options = options;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** When the state began, in milliseconds since 1970. */
  get since(): number {
    return this.#since;
  }

  /** The connection, if it is there now. */
  get current(): L | undefined {
    return this.#link;
  }

  /** How often it has come back. */
  get reconnects(): number {
    return Math.max(0, this.#successes - 1);
  }

  /** Why the last attempt failed or the last connection was lost; undefined once it is back. */
  get lastError(): string | undefined {
    return this.#lastError?.message;
  }

  /** When the next attempt is, in milliseconds since 1970. */
  get nextTryAt(): number | undefined {
    return this.#retry?.at;
  }

  /**
   * The connection; opens it when it is closed, waits while an attempt is under way. After a failed attempt a caller
   * with patience `none` gets its error at once, one with `wait` waits for the next; nobody waits for a refusal to end.
   */
  async link(signal: AbortSignal, patience: 'none' | 'wait'): Promise<L> {
    for (;;) {
      signal.throwIfAborted();
      if (this.#ended) throw new ConnectorError('stopped', `${this.#options.title} is closing.`);
      if (this.#link) return this.#link;
      if (this.#state === 'closed') this.#connect();
      else if (this.#state === 'backoff') this.#refuseToWait(patience);
      await this.#waitForChange(signal);
    }
  }

  /** Tries at once instead of at the end of the backoff. */
  retryNow(): void {
    if (this.#state === 'backoff') this.#connect();
  }

  /** Others have reached the same place: tries at once if it could not be reached; whoever was refused there waits. */
  hurry(): void {
    if (this.#attemptFailed && !isRefusal(this.#lastError?.code)) this.retryNow();
  }

  /** Says that a link turned out to be gone before it said so itself. */
  drop(link: L, reason: string): void {
    if (this.#link !== link) return;
    this.#link = undefined;
    link.end();
    this.#lastError = new ConnectorError('unreachable', `${this.#options.title} was lost: ${reason}`);
    this.#options.log.warn({ connection: this.#options.title, reason }, 'connection lost');
    const early = Date.now() - this.#since < stableMs;
    if (!early) this.#failures = 0;
    this.#attemptFailed = false;
    this.#backOff();
    if (early) this.#failures += 1;
  }

  /** Closes what nobody wants; the next request opens it again. */
  closeIdle(): void {
    const link = this.#link;
    if (!link || this.#options.isWanted()) return;
    this.#link = undefined;
    this.#change('closed');
    link.end();
    this.#options.log.info({ connection: this.#options.title }, 'connection closed: nobody used it');
  }

  /** Ends it for good. */
  async end(): Promise<void> {
    this.#ended = true;
    clearTimeout(this.#retry?.timer);
    this.#retry = undefined;
    this.#attempt?.abort(new ConnectorError('stopped', `${this.#options.title} is closing.`));
    const link = this.#link;
    this.#link = undefined;
    this.#change('closed');
    link?.end();
    await link?.closed;
  }

  #connect(): void {
    clearTimeout(this.#retry?.timer);
    this.#retry = undefined;
    this.#attempt = new AbortController();
    this.#change('connecting');
    void this.#options.connect(this.#attempt.signal).then(
      (link) => this.#adopt(link),
      (error) => this.#fail(ConnectorError.from(error)),
    );
  }

  #adopt(link: L): void {
    if (this.#ended) {
      link.end();
      return;
    }
    const wasAway = this.#lastError !== undefined;
    this.#link = link;
    this.#successes += 1;
    this.#refusals = 0;
    this.#lastError = undefined;
    this.#attemptFailed = false;
    this.#change('connected');
    this.#options.log.info({ connection: this.#options.title, reconnects: this.reconnects }, 'connected');
    void link.closed.then((reason) => this.drop(link, reason));
    if (wasAway) this.#options.onBack();
  }

  #fail(error: ConnectorError): void {
    if (this.#ended) return;
    const { code, message } = error;
    // Said once, not every two seconds of a night in which a site is away.
    if (this.#lastError?.message !== message) {
      this.#options.log.warn({ connection: this.#options.title, code, error: message }, 'connecting failed');
    }
    this.#lastError = error;
    this.#attemptFailed = true;
    this.#backOff();
    if (isRefusal(code)) this.#refusals += 1;
    else this.#failures += 1;
  }

  #backOff(): void {
    const code = this.#attemptFailed ? this.#lastError?.code : undefined;
    const failures = isRefusal(code) ? this.#refusals : this.#failures;
    const delayMs = computeBackoffMs(this.#options.backoff, failures, code);
    const timer = setTimeout(() => this.#tryAgain(), delayMs);
    this.#retry = { timer, at: Date.now() + delayMs };
    this.#change('backoff');
  }

  #tryAgain(): void {
    this.#retry = undefined;
    if (this.#waiters.size > 0 || this.#options.isWanted()) this.#connect();
    else this.#change('closed');
  }

  #refuseToWait(patience: 'none' | 'wait'): void {
    const error = this.#lastError;
    if (!this.#attemptFailed || !error) return;
    if (patience === 'wait' && error.transient) return;
    const inSeconds = Math.max(1, Math.ceil(((this.#retry?.at ?? 0) - Date.now()) / 1000));
    throw new ConnectorError(error.code, `${error.message} The next try is in ${inSeconds} s.`, { cause: error.cause });
  }

  #change(state: ConnectionState): void {
    this.#state = state;
    this.#since = Date.now();
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const wake of waiters) wake();
  }

  #waitForChange(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = () => {
        this.#waiters.delete(wake);
        reject(signal.reason);
      };
      const wake = () => {
        signal.removeEventListener('abort', abort);
        resolve();
      };
      this.#waiters.add(wake);
      signal.addEventListener('abort', abort, { once: true });
    });
  }
}

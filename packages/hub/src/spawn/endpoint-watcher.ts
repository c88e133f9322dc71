import type { Log } from '../log.js';
import { sayWhy } from '../say-why.js';
import type { SiteRun } from '../sites/site.js';
import { type Endpoint, parseEndpoint } from './endpoint.js';
import { folderOf } from './server-files.js';
import { Wake } from './wake.js';

/**
 * Waits on the login node until one of the folders has an endpoint, ten seconds at most, and prints `folder json`.
 * Listing the folder first makes a network file system look again instead of answering from its cache.
 */
const WAIT = `
cd "$HOME" || exit 1
tries=0
while [ "$tries" -lt 100 ]; do
  found=
  for dir in "$@"; do
    ls "$dir" > /dev/null 2>&1
    if [ -s "$dir/endpoint" ]; then found=1; printf '%s ' "$dir"; head -c 512 "$dir/endpoint" | tr -d '\\n'; echo; fi
  done
  [ -n "$found" ] && exit 0
  tries=$((tries + 1)); sleep 0.1
done`;

const TIMEOUT_MS = 20_000;
const RETRY_MS = 2_000;
/** A wait takes ten seconds; one that comes back sooner with nothing usable (a broken file, a home that is away) is no wait. */
const SOON_MS = 5_000;

/**
 * Learns of endpoints the moment that jobs announce them: one command per account waits on the login node for all of
 * the account's starting servers, so that nobody polls over SSH and no connection is made.
 */
export class EndpointWatcher {
  readonly #waiting = new Map<string, (endpoint: Endpoint) => void>();
  #restart = new AbortController();
  #isRunning = false;
  /** Rung when the list changes: a pause must not keep a new server waiting. */
  readonly #news = new Wake();

  constructor(
    private readonly run: SiteRun,
    private readonly log: Log,
  ) {}

  /** Calls back once when the server's endpoint is there. @returns how to stop waiting */
  watch(serverId: string, onEndpoint: (endpoint: Endpoint) => void): () => void {
    this.#waiting.set(serverId, onEndpoint);
    this.#restart.abort();
    this.#news.ring();
    if (!this.#isRunning) {
      this.#isRunning = true;
      void this.#loop();
    }
    return () => {
      this.#waiting.delete(serverId);
      if (this.#waiting.size === 0) {
        this.#restart.abort();
      }
    };
  }

  async #loop(): Promise<void> {
    while (this.#waiting.size > 0) {
      this.#restart = new AbortController();
      const { signal } = this.#restart;
      try {
        const begunAt = performance.now();
        const told = await this.#waitOnce(signal);
        if (!told && performance.now() - begunAt < SOON_MS) {
          await this.#news.wait(RETRY_MS);
        }
      } catch (error) {
        if (!signal.aborted) {
          this.log.warn({ err: sayWhy(error) }, 'cannot look for endpoints; trying again');
          await this.#news.wait(RETRY_MS);
        }
      }
    }
    this.#isRunning = false;
  }

  /** @returns whether an endpoint was found */
  async #waitOnce(signal: AbortSignal): Promise<boolean> {
    const folders = new Map([...this.#waiting.keys()].map((id) => [folderOf(id), id]));
    const answer = await this.run({
      argv: ['sh', '-c', WAIT, 'juhub', ...folders.keys()],
      timeoutMs: TIMEOUT_MS,
      signal,
    });
    let told = false;
    for (const line of answer.stdout.split('\n')) {
      const space = line.indexOf(' ');
      const serverId = folders.get(line.slice(0, space));
      const endpoint = parseEndpoint(line.slice(space + 1));
      if (serverId !== undefined && endpoint !== undefined) {
        const tell = this.#waiting.get(serverId);
        this.#waiting.delete(serverId);
        tell?.(endpoint);
        told = true;
      }
    }
    return told;
  }
}

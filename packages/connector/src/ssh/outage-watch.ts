import type { Reach } from './port-probe.js';
import type { Traffic } from './ssh-link.js';

const LOOK_EVERY_MS = 1000;
/** Looks without an answer to anything before it is asked for one, and before the network is doubted. */
const LOOKS_BEFORE_PING = 2;
const LOOKS_BEFORE_DOUBT = 4;
/** What a connection gets to speak after its network is seen to be back. */
const GRACE_MS = 1000;
const ASK_AGAIN_MS = 500;
const ASK_A_SLOW_HOST_AGAIN_MS = 10_000;

/** What is watched; an `SshLink`. */
export interface WatchedLink {
  readonly traffic: Traffic;
  readonly closed: Promise<string>;
  ping(): void;
}

/**
 * Finds out that the network under a connection was away and is back. After an outage TCP sends again only when its
 * doubled pause is over, which may last as long again as the outage did; a new connection is there at once. A connection
 * whose host is only slow is left alone: its streams would be lost for nothing.
 *
 * @param ask whether the host can be reached by a new connection
 * @param giveUp called once, when the network is back and the connection still does not speak
 */
export function watchForOutage(link: WatchedLink, ask: () => Promise<Reach>, giveUp: () => void): void {
  const watch = new OutageWatch(link, ask, giveUp);
  void link.closed.then(() => watch.close());
}

class OutageWatch {
  readonly #timer = setInterval(() => this.#look(), LOOK_EVERY_MS).unref();
  #last: Traffic;
  /** Looks in a row at which nothing had come, since something was sent. */
  #silentLooks = 0;
  #isDoubted = false;
  #isClosed = false;

  constructor(
    private readonly link: WatchedLink,
    private readonly ask: () => Promise<Reach>,
    private readonly giveUp: () => void,
  ) {
    this.#last = link.traffic;
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#timer);
  }

  #look(): void {
    const now = this.link.traffic;
    const isSilent = now.bytesRead === this.#last.bytesRead;
    const isAnswerDue = now.bytesWritten > this.#last.bytesWritten;
    if (!isSilent || !isAnswerDue) {
      this.#silentLooks = 0;
      // What has been sent until now counts as answered.
      this.#last = now;
      return;
    }
    this.#silentLooks += 1;
    if (this.#silentLooks === LOOKS_BEFORE_PING) {
      this.link.ping();
    }
    if (this.#silentLooks >= LOOKS_BEFORE_DOUBT && !this.#isDoubted) {
      this.#isDoubted = true;
      void this.#doubt(now.bytesRead).finally(() => {
        this.#isDoubted = false;
      });
    }
  }

  async #doubt(bytesRead: number): Promise<void> {
    const isOver = () => this.#isClosed || this.link.traffic.bytesRead !== bytesRead;
    let wasAway = false;
    while (!isOver()) {
      const reach = await this.ask();
      wasAway ||= reach !== 'at-once';
      if (wasAway && reach !== 'never') {
        await pause(GRACE_MS);
        if (!isOver()) {
          this.giveUp();
        }
        return;
      }
      await pause(wasAway ? ASK_AGAIN_MS : ASK_A_SLOW_HOST_AGAIN_MS);
    }
  }
}

/** Keeps no process alive. */
function pause(pauseMs: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, pauseMs).unref();
  });
}

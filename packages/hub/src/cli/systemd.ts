import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { sayWhy } from '../say-why.js';
import type { Part } from './part.js';

const NOTIFY_WITHIN_MS = 10_000;
/** systemd shows one line. */
const MOST_STATUS_CHARACTERS = 400;
/** How often the status is renewed where no watchdog asks for more. */
const STATUS_EVERY_MS = 30_000;

type Environment = Record<string, string | undefined>;

/**
 * Tells systemd how this process is (sd_notify(3)): ready, stopping, alive, and what is wrong. Does nothing where systemd
 * did not start it. Node has no datagram sockets of the unix kind, so systemd-notify(1) is asked to send; as it is a
 * process of its own, the unit needs `NotifyAccess=all`.
 */
export class Systemd {
  readonly #socket: string | undefined;
  readonly #everyMs: number;
  #timer: NodeJS.Timeout | undefined;
  #isStopping = false;
  #sending: Promise<void> = Promise.resolve();

  /**
   * Takes what systemd said out of the environment, or children would speak for us.
   *
   * @param say told what could not be sent
   */
  constructor(
    environment: Environment,
    private readonly say: (line: string) => void,
  ) {
    this.#socket = environment.NOTIFY_SOCKET;
    this.#everyMs = readWatchdogMs(environment) ?? STATUS_EVERY_MS;
    for (const name of ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID']) {
      delete environment[name];
    }
  }

  /**
   * The process is ready. From now on systemd hears at least twice in each interval of its watchdog that the event loop
   * turns, and what is wrong. A site or a database that is away does not count as hung: a restart would not help.
   */
  async ready(part: Pick<Part, 'findTroubles'>): Promise<void> {
    if (this.#socket === undefined) {
      return;
    }
    await this.#send('READY=1', 'STATUS=Ready');
    this.#timer = setInterval(() => {
      void this.#send('WATCHDOG=1');
      void this.#tellStatus(part);
    }, this.#everyMs);
  }

  /** The process lets go of everything from now on. */
  async stopping(): Promise<void> {
    this.#isStopping = true;
    clearInterval(this.#timer);
    await this.#send('STOPPING=1', 'STATUS=Stopping');
  }

  async #tellStatus(part: Pick<Part, 'findTroubles'>): Promise<void> {
    const words = await part.findTroubles().then(
      (troubles) => troubles.map(({ message }) => message).join(' · '),
      (error: unknown) => `What is wrong cannot be found out: ${sayWhy(error)}`,
    );
    const line = words === '' ? 'All is well' : words.replaceAll(/\s+/g, ' ').slice(0, MOST_STATUS_CHARACTERS);
    if (!this.#isStopping) {
      await this.#send(`STATUS=${line}`);
    }
  }

  /** One after the other, so that systemd never hears of two states in the wrong order. Never rejects. */
  #send(...assignments: string[]): Promise<void> {
    const socket = this.#socket;
    if (socket !== undefined) {
      this.#sending = this.#sending
        .then(() => notify(socket, assignments))
        .catch((error: unknown) => {
          this.say(`systemd could not be told ${assignments[0]}: ${sayWhy(error)}`);
        });
    }
    return this.#sending;
  }
}

async function notify(socket: string, assignments: readonly string[]): Promise<void> {
  await promisify(execFile)('systemd-notify', [...assignments], {
    env: { PATH: process.env.PATH, NOTIFY_SOCKET: socket },
    timeout: NOTIFY_WITHIN_MS,
  });
}

/** Half of the watchdog's interval, in milliseconds; undefined where it does not watch this process. */
function readWatchdogMs({ WATCHDOG_USEC, WATCHDOG_PID }: Environment): number | undefined {
  const isOurs = WATCHDOG_PID === undefined || WATCHDOG_PID === String(process.pid);
  const microseconds = Number(WATCHDOG_USEC);
  return isOurs && microseconds > 0 ? microseconds / 2000 : undefined;
}

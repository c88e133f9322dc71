import { ConnectorError } from '../connector-error.js';
import { checkArgv } from '../shell-quote.js';
import { Slots } from '../slots.js';
import { endProcess, followProcess } from './follow-process.js';
import type { RunningProcess } from './running-process.js';
import type { Command, CommandResult } from './transport.js';

/** Starts a process for the arguments; a process that comes after the abort is ended by the runner. */
export type StartProcess = (argv: readonly string[], signal: AbortSignal) => Promise<RunningProcess>;

/** Bounds of the commands of one identity on one site. */
export interface CommandLimits {
  /** Commands that run at once; sshd's MaxSessions is 10, and two stay free for others. */
  atOnce: number;
  maxOutputBytes: number;
  defaultTimeoutMs: number;
}

/** The bounds unless a test sets others. */
export const defaultCommandLimits: CommandLimits = {
  atOnce: 8,
  maxOutputBytes: 8 * 1024 * 1024,
  defaultTimeoutMs: 60_000,
};

/** Runs commands of one identity on one site: their turn, their deadline, their end. The same for every transport. */
export class CommandRunner {
  readonly #site: string;
  readonly #limits: CommandLimits;
  readonly #start: StartProcess;
  readonly #slots: Slots;
  readonly #lives = new Set<CommandLife>();

  constructor(site: string, limits: CommandLimits, start: StartProcess) {
    this.#site = site;
    this.#limits = limits;
    this.#start = start;
    this.#slots = new Slots(limits.atOnce);
  }

  get running(): number {
    return this.#slots.running;
  }

  get waiting(): number {
    return this.#slots.waiting;
  }

  /** See `Transport.run`. */
  async run(command: Command, signal: AbortSignal): Promise<CommandResult> {
    checkArgv(command.argv);
    const title = `${command.argv[0]} on ${this.#site}`;
    const life = new CommandLife(title, command.timeoutMs ?? this.#limits.defaultTimeoutMs, signal);
    this.#lives.add(life);
    try {
      return await this.#runInTurn(command, life);
    } finally {
      life.end();
      this.#lives.delete(life);
    }
  }

  /** Ends all that runs or waits. */
  close(): void {
    const reason = new ConnectorError('stopped', `The connector is closing; the command on ${this.#site} was ended.`);
    for (const life of this.#lives) life.abort(reason);
  }

  async #runInTurn(command: Command, life: CommandLife): Promise<CommandResult> {
    const { signal, title } = life;
    const giveBack = await this.#slots.take(signal);
    life.phase = 'was waiting for the connection';
    const starting = this.#start(command.argv, signal);
    let finished = false;
    try {
      const process = await orAborted(starting, signal);
      life.phase = 'was running and has been ended';
      const { maxOutputBytes } = this.#limits;
      const result = await followProcess(process, { stdin: command.stdin, signal, maxOutputBytes, title });
      finished = true;
      return result;
    } finally {
      if (finished) giveBack();
      else void endWhenStarted(starting).finally(giveBack);
    }
  }
}

/** The time of one command: until its deadline, its caller's leaving, or the end of the connector. */
class CommandLife {
  readonly title: string;
  /** What is going on, for the message when the deadline comes. */
  phase = 'was waiting for its turn';
  readonly #controller = new AbortController();
  readonly #caller: AbortSignal;
  readonly #timer: NodeJS.Timeout;
  readonly #leave = () => this.abort(this.#caller.reason);

  constructor(title: string, timeoutMs: number, caller: AbortSignal) {
    this.title = title;
    this.#caller = caller;
    caller.addEventListener('abort', this.#leave, { once: true });
    if (caller.aborted) this.#leave();
    this.#timer = setTimeout(() => {
      const message = `${title} did not answer within ${timeoutMs / 1000} s; it ${this.phase}.`;
      this.abort(new ConnectorError('timed-out', message));
    }, timeoutMs);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  abort(reason: unknown): void {
    this.#controller.abort(reason);
  }

  /** Nobody is waiting any more. */
  end(): void {
    clearTimeout(this.#timer);
    this.#caller.removeEventListener('abort', this.#leave);
  }
}

/** What `promise` gives, unless the signal comes first. */
async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let abort = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** The place of a command is free only when its process is gone, even when nobody waits for it any more. */
async function endWhenStarted(starting: Promise<RunningProcess>): Promise<void> {
  const process = await starting.catch(() => undefined);
  if (process) await endProcess(process);
}

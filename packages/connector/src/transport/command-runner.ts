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
  readonly #closed = new AbortController();

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
    const deadline = new Deadline(title, command.timeoutMs ?? this.#limits.defaultTimeoutMs);
    try {
      return await this.#runInTurn(
        command,
        title,
        AbortSignal.any([signal, deadline.signal, this.#closed.signal]),
        deadline,
      );
    } finally {
      deadline.cancel();
    }
  }

  /** Ends all that runs or waits. */
  close(): void {
    this.#closed.abort(
      new ConnectorError('stopped', `The connector is closing; the command on ${this.#site} was ended.`),
    );
  }

  async #runInTurn(command: Command, title: string, signal: AbortSignal, deadline: Deadline): Promise<CommandResult> {
    const giveBack = await this.#slots.take(signal);
    deadline.phase = 'was waiting for the connection';
    const starting = this.#start(command.argv, signal);
    let finished = false;
    try {
      const process = await orAborted(starting, signal);
      deadline.phase = 'was running and has been ended';
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

/** A deadline whose error says what was going on when it came. */
class Deadline {
  phase = 'was waiting for its turn';
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(title: string, timeoutMs: number) {
    this.#timer = setTimeout(() => {
      const message = `${title} did not answer within ${timeoutMs / 1000} s; it ${this.phase}.`;
      this.#controller.abort(new ConnectorError('timed-out', message));
    }, timeoutMs);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  cancel(): void {
    clearTimeout(this.#timer);
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

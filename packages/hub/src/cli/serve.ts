import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { isatty } from 'node:tty';
import { readGateKey, readProxyToken } from '../auth/secret-files.js';
import type { PublicAddress } from '../config/config.js';
import { loadConfig } from '../config/load-config.js';
import { makeStateDir } from '../config/state-paths.js';
import { PART_NAMES, type PartName } from '../part-name.js';
import { askStatus } from '../status/ask-status.js';
import type { Health } from '../status/open-status.js';
import type { Trouble } from '../status/trouble.js';
import type { Part } from './part.js';

const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 15_000;
const RESTART_FIRST_MS = 500;
const RESTART_LAST_MS = 30_000;
/** A part that ran this long was well; the next restart waits as little as the first. */
const WELL_AFTER_MS = 60_000;

/** How `juhub serve` is to run. */
export interface ServeOptions {
  readonly configFile: string;
  /** The command line that runs one part: `[node, juhub.js]`. */
  readonly command: readonly string[];
  /** Parts that run elsewhere. */
  readonly without: readonly PartName[];
  readonly say: (line: string) => void;
  /** Called when all parts are ready, with how to find out what is wrong with them. */
  readonly onReady?: (parts: Pick<Part, 'findTroubles'>) => Promise<void>;
}

/**
 * Runs all of juhub as child processes, and starts one that dies anew. SIGHUP goes on to the proxy, which opens its access
 * log and reads its certificate anew; from a terminal it says that the terminal is gone, and is the end as ever.
 *
 * @param signal ends everything: first the hub, which decides, then the others
 * @throws Error when a part cannot be started the first time; nothing is left running then
 */
export async function serve(options: ServeOptions, signal: AbortSignal): Promise<void> {
  const config = loadConfig(options.configFile);
  const paths = makeStateDir(config.stateDir);
  // Made here once, before the parts that need them are started side by side.
  readGateKey(paths);
  readProxyToken(paths);
  const inherited = listInherited(config.public);
  const parts = PART_NAMES.filter((name) => !options.without.includes(name)).map(
    (name) => new ServedPart(name, options, name === 'proxy' ? inherited : []),
  );
  const reload = () => parts.find(({ name }) => name === 'proxy')?.signal('SIGHUP');
  if (!isatty(0)) {
    process.on('SIGHUP', reload);
  }
  const asked = signal.aborted ? Promise.resolve() : once(signal, 'abort');
  try {
    await Promise.race([Promise.all(parts.map((part) => part.start())), asked]);
    if (!signal.aborted) {
      await options.onReady?.({ findTroubles: () => askTroubles(paths.statusSockets.hub) });
      options.say(`juhub is ready at ${config.public.url}`);
      await asked;
    }
  } finally {
    process.off('SIGHUP', reload);
    await Promise.all(parts.filter((part) => part.name === 'hub').map((part) => part.stop()));
    await Promise.all(parts.map((part) => part.stop()));
  }
}

/** The listening sockets that whoever started us has opened (`fd:3`). */
function listInherited({ listen, redirect }: PublicAddress): number[] {
  return [listen, redirect].flatMap((address) => (address !== undefined && 'fd' in address ? [address.fd] : []));
}

/** What the hub says is wrong, or that it says nothing. */
async function askTroubles(hubStatusSocket: string): Promise<readonly Trouble[]> {
  const { troubles } = await askStatus<Health>(hubStatusSocket, '/health');
  return troubles;
}

/** One child process, started anew for as long as it is wanted. */
class ServedPart {
  #child: ChildProcess | undefined;
  #isWanted = true;
  #isReady = false;
  #restartMs = RESTART_FIRST_MS;
  readonly #given: ServeOptions;

  constructor(
    readonly name: PartName,
    options: ServeOptions,
    /** Inherited listening sockets, which the part gets under the numbers that they have. */
    private readonly inherited: readonly number[],
  ) {
    this.#given = options;
  }

  /** Resolves when the part says that it is ready. */
  async start(): Promise<void> {
    const [program = process.execPath, ...args] = this.#given.command;
    const child = spawn(program, [...args, this.name, '--config', this.#given.configFile], {
      stdio: ['ignore', 'inherit', 'inherit', ...this.#listFurther(), 'ipc'],
      // A process group of its own: Ctrl-C on the terminal reaches us alone, and we end the parts in their order.
      detached: true,
    });
    this.#child = child;
    const startedAt = performance.now();
    const gone = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (code, killed) => resolve(killed === null ? `exit code ${code}` : `signal ${killed}`));
    });
    const late = delay(READY_WITHIN_MS, 'it was not ready within a minute', { ref: false });
    const outcome = await Promise.race([once(child, 'message'), gone, late]);
    if (typeof outcome === 'string') {
      await this.#end();
      throw new Error(`The ${this.name} could not be started: ${outcome}. Its own words stand above.`);
    }
    this.#isReady = true;
    void gone.then((how) => {
      this.#isReady = false;
      return this.#afterExit(how, performance.now() - startedAt);
    });
  }

  /** Sends it a signal, unless it is only starting: then it has not read anything that is old. */
  signal(name: NodeJS.Signals): void {
    if (this.#isReady) {
      this.#child?.kill(name);
    }
  }

  async stop(): Promise<void> {
    this.#isWanted = false;
    await this.#end();
  }

  /** What the descriptors of the part from 3 on are. */
  #listFurther(): (number | 'ignore')[] {
    const count = Math.max(3, ...this.inherited.map((fd) => fd + 1)) - 3;
    return Array.from({ length: count }, (_none, index) => (this.inherited.includes(index + 3) ? index + 3 : 'ignore'));
  }

  async #end(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null || child.pid === undefined) {
      return;
    }
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
    await gone;
    clearTimeout(late);
  }

  async #afterExit(how: string, ranMs: number): Promise<void> {
    if (!this.#isWanted) {
      return;
    }
    this.#restartMs = ranMs > WELL_AFTER_MS ? RESTART_FIRST_MS : Math.min(this.#restartMs * 2, RESTART_LAST_MS);
    this.#given.say(`the ${this.name} ended (${how}); starting it again in ${this.#restartMs / 1000} s`);
    await delay(this.#restartMs);
    if (this.#isWanted) {
      await this.start().catch((error: Error) => {
        this.#given.say(error.message);
        return this.#afterExit('it could not be started', 0);
      });
    }
  }
}

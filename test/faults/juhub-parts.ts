import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cp, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Cluster } from '../cluster/cluster.js';
import { JUHUB, type JuhubFolder, makeJuhubFolder } from '../harness/juhub-folder.js';

export type PartName = 'connector' | 'hub' | 'proxy';

const READY_WITHIN_MS = 60_000;
const SWITCH = path.join(import.meta.dirname, 'fault-switch.mjs');

/** A juhub whose three processes are started, killed, stopped and started again one by one, as systemd would have them. */
export class JuhubParts {
  readonly #running = new Map<PartName, ChildProcess>();
  readonly #faultFile: string;
  readonly #clockFile: string;
  #smallDisk: string | undefined;
  output = '';

  private constructor(
    private readonly cluster: Cluster,
    readonly made: JuhubFolder,
  ) {
    this.#faultFile = path.join(made.folder, 'fault');
    this.#clockFile = path.join(made.folder, 'clock');
  }

  /**
   * Makes a juhub with the light template of the faults beside those that are shipped, and starts its parts.
   *
   * @param diskMb the size of a disk of its own for all that it saves, where it is to have one
   */
  static async start(cluster: Cluster, users: readonly string[], diskMb?: number): Promise<JuhubParts> {
    // What one fault leaves must live through the next ones, so people have more servers than is usual.
    const moreLines = ['templates: ./templates', 'limits: { serversPerUser: 200 }'];
    const made = await makeJuhubFolder(cluster, { users, moreLines });
    const templates = path.join(made.folder, 'templates');
    await cp(path.resolve(import.meta.dirname, '../../slurm-templates'), templates, { recursive: true });
    const own = path.join(import.meta.dirname, 'template');
    await cp(path.join(own, 'light.sbatch.hbs'), path.join(templates, 'light.sbatch.hbs'));
    await cp(path.join(own, 'light-program.sh'), path.join(templates, 'parts/light-program.sh'));
    const juhub = new JuhubParts(cluster, made);
    if (diskMb !== undefined) {
      await juhub.#mountDisk(diskMb);
    }
    try {
      await Promise.all([juhub.launch('connector'), juhub.launch('hub'), juhub.launch('proxy')]);
    } catch (error) {
      await juhub.end();
      throw error;
    }
    return juhub;
  }

  get url(): string {
    return this.made.url;
  }

  /** Starts a part that does not run. Resolves when it says that it is ready. */
  async launch(name: PartName): Promise<void> {
    const command = ['--import', SWITCH, JUHUB, name, '--config', this.made.configFile];
    const [program = '', ...args] =
      name === 'connector'
        ? ['nsenter', `--net=${this.cluster.netns.hub}`, process.execPath, ...command]
        : [process.execPath, ...command];
    const env = { ...process.env, JUHUB_FAULT: this.#faultFile, JUHUB_FAULT_CLOCK: this.#clockFile };
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], env });
    const collect = (chunk: Buffer) => {
      this.output += chunk.toString();
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    this.#running.set(name, child);
    const ready = once(child, 'message', { signal: AbortSignal.timeout(READY_WITHIN_MS) });
    const gone = once(child, 'exit').then(() => {
      throw new Error(`the ${name} ended instead of getting ready:\n${this.output.slice(-4000)}`);
    });
    await Promise.race([ready, gone]);
    gone.catch(() => {});
  }

  /** Sends a signal to a part. */
  signal(name: PartName, signal: NodeJS.Signals): void {
    this.#find(name).kill(signal);
  }

  /** Ends a part with a signal, kill -9 unless told; resolves when it is gone. */
  async kill(name: PartName, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#find(name);
    const gone = this.gone(name);
    child.kill(signal);
    await gone;
  }

  /** Resolves when a part has ended, of whatever. */
  async gone(name: PartName): Promise<void> {
    if (!this.isGone(name)) {
      await once(this.#find(name), 'exit');
    }
  }

  /** Whether a part has ended. */
  isGone(name: PartName): boolean {
    const { exitCode, signalCode } = this.#find(name);
    return exitCode !== null || signalCode !== null;
  }

  /** The point of a server's life at which the hub is to be killed: `after-submit`. */
  arm(point: string): void {
    writeFileSync(this.#faultFile, point);
  }

  /** Takes back what was armed, if it has not happened. */
  disarm(): void {
    rmSync(this.#faultFile, { force: true });
  }

  /** Sets the clock of the three parts, and of them alone, by so much; see fault-switch.mjs. */
  setClock(aheadMs: number): void {
    writeFileSync(this.#clockFile, String(aheadMs));
  }

  /** What is armed and has not happened yet. */
  get armed(): string | undefined {
    return existsSync(this.#faultFile) ? readFileSync(this.#faultFile, 'utf8') : undefined;
  }

  /** Ends every part, and removes the folder. */
  async end(): Promise<void> {
    for (const name of ['hub', 'proxy', 'connector'] as const) {
      const child = this.#running.get(name);
      if (child !== undefined && child.exitCode === null && child.signalCode === null) {
        child.kill('SIGCONT');
        const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
        await this.kill(name, 'SIGTERM');
        clearTimeout(late);
      }
    }
    if (this.#smallDisk !== undefined) {
      await promisify(execFile)('umount', [this.#smallDisk]);
    }
    await rm(this.made.folder, { recursive: true, force: true });
  }

  async #mountDisk(sizeMb: number): Promise<void> {
    const { stateDir } = this.made;
    await mkdir(stateDir, { mode: 0o700 });
    await promisify(execFile)('mount', ['-t', 'tmpfs', '-o', `size=${sizeMb}m,mode=0700`, 'tmpfs', stateDir]);
    this.#smallDisk = stateDir;
  }

  #find(name: PartName): ChildProcess {
    const child = this.#running.get(name);
    if (child === undefined) {
      throw new Error(`the ${name} was never started`);
    }
    return child;
  }
}

import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { ExecResult } from '../cluster/cluster.js';

const CHECKOUT = path.resolve(import.meta.dirname, '../..');
const SCRIPT = path.join(import.meta.dirname, 'machine.sh');
const BOOTED_WITHIN_MS = 60_000;

/** A machine with a real systemd, in namespaces; see machine.sh. This checkout is its /opt/juhub. */
export class SystemdMachine {
  private constructor(
    private readonly script: ChildProcess,
    private readonly folder: string,
    private readonly firstProcess: string,
  ) {}

  /** Whether this machine can have one: root, systemd, and a kernel that lets it mount what is needed. */
  static canBoot(): boolean {
    if (process.getuid?.() !== 0 || !existsSync('/lib/systemd/systemd')) {
      return false;
    }
    const folder = makeFolder();
    const { status } = spawnSync('unshare', [...enter(folder), 'probe'], { stdio: 'ignore' });
    rmSync(folder, { recursive: true });
    return status === 0;
  }

  /** Resolves when systemd has started all that it starts. @throws with what it says when that does not come */
  static async boot(): Promise<SystemdMachine> {
    const folder = makeFolder();
    const script = spawn('unshare', enter(folder), { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface({ input: script.stdout });
    const said = once(lines, 'line', { signal: AbortSignal.timeout(BOOTED_WITHIN_MS) }) as Promise<[string]>;
    const [line] = await said.finally(() => lines.close());
    const machine = new SystemdMachine(script, folder, line.replace('first process: ', '').trim());
    await machine.until(
      'systemd runs',
      async () => (await machine.try('systemctl', 'is-system-running')).exitCode === 0,
    );
    return machine;
  }

  /** Runs a command on it as root. @throws with what it said when it fails */
  async run(...argv: string[]): Promise<string> {
    const { stdout, stderr, exitCode } = await this.try(...argv);
    if (exitCode !== 0) {
      throw new Error(`${argv.join(' ')} failed (${exitCode}): ${stdout}${stderr}`);
    }
    return stdout;
  }

  /** The same, for a command that may fail. */
  async try(...argv: string[]): Promise<ExecResult> {
    const words = ['--target', this.firstProcess, '--all', '--', ...argv];
    try {
      return { ...(await promisify(execFile)('nsenter', words)), exitCode: 0 };
    } catch (error) {
      const { code, stdout = '', stderr = String(error) } = error as { code?: number } & Partial<ExecResult>;
      return { stdout, stderr, exitCode: Number(code ?? -1) };
    }
  }

  /** Waits until something is so. @throws with what did not come */
  async until(what: string, isSo: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + BOOTED_WITHIN_MS;
    while (!(await isSo())) {
      if (Date.now() > deadline) {
        const { stdout } = await this.try('journalctl', '--no-pager', '--lines=50');
        throw new Error(`it did not come to it that ${what}. The journal:\n${stdout}`);
      }
      await delay(100);
    }
  }

  /** Ends it with all that runs on it. */
  async end(): Promise<void> {
    const gone = once(this.script, 'exit');
    this.script.stdin?.end();
    await gone;
    rmSync(this.folder, { recursive: true });
  }
}

function makeFolder(): string {
  return mkdtempSync(path.join(tmpdir(), 'juhub-systemd-'));
}

function enter(folder: string): string[] {
  return ['--mount', '--propagation', 'private', 'sh', SCRIPT, folder, CHECKOUT];
}

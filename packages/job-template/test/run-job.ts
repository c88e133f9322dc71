import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadTemplates, renderScript } from '../src/index.js';

const SECRET = 'c0ffee'.repeat(10).padEnd(64, '0');
const ID = '00112233445566aa';

/** A home folder with a server's folder in it, and the job script of juhub's own template run there by bash. */
export class JobRun {
  readonly home = mkdtempSync(join(tmpdir(), 'juhub-home-'));
  readonly folder = join(this.home, '.juhub', 'servers', ID);
  readonly temporary = join(this.home, 'tmp');
  readonly secret = SECRET;
  #job: ChildProcess | undefined;

  /** @param behaviour what the program in jupyter-lab's place does wrong; undefined: there is no program */
  constructor(behaviour: string | undefined) {
    mkdirSync(this.folder, { recursive: true });
    mkdirSync(this.temporary);
    mkdirSync(join(this.home, 'bin'));
    writeFileSync(join(this.folder, 'secret'), SECRET);
    // /etc/profile may set PATH anew; what comes after it is the user's.
    writeFileSync(join(this.home, '.profile'), 'PATH=$HOME/bin:/usr/bin:/bin\n');
    if (behaviour !== undefined) {
      const program = join(this.home, 'bin', 'jupyter-lab');
      const fake = fileURLToPath(new URL('./fake-jupyter.mjs', import.meta.url));
      writeFileSync(program, `#!/bin/bash\nexec ${process.execPath} ${fake} "$@"\n`);
      chmodSync(program, 0o755);
      writeFileSync(join(this.home, 'behaviour'), behaviour);
    }
  }

  /** Writes the user's own preparations. */
  prepare(hook: string): void {
    writeFileSync(join(this.home, '.juhub', 'pre-start.sh'), hook);
  }

  start(): void {
    const { templates } = loadTemplates(fileURLToPath(new URL('../../../slurm-templates/', import.meta.url)));
    const template = templates.get('jupyterlab');
    if (template === undefined) {
      throw new Error('There is no template jupyterlab.');
    }
    const script = renderScript(template, {
      server: { id: ID, name: 'default', basePath: '/user/alice/default/', dir: `.juhub/servers/${ID}` },
      job: { name: `juhub-${ID}`, scheduled: false },
      user: { name: 'alice' },
      site: { name: 'here' },
      listen: { bind: '127.0.0.1', host: '127.0.0.1' },
      choices: { partition: 'login-node', nodes: 1, gpus: 0, minutes: 60 },
    });
    writeFileSync(join(this.folder, 'job'), script);
    const env = { HOME: this.home, TMPDIR: this.temporary, PATH: '/usr/bin:/bin', JUPYTER_TOKEN: 'a wrong one' };
    const log = join(this.folder, 'log');
    this.#job = spawn('bash', ['-c', 'exec bash "$0" </dev/null >>"$1" 2>&1', join(this.folder, 'job'), log], {
      cwd: this.home,
      env,
      stdio: 'ignore',
    });
  }

  signal(name: NodeJS.Signals): void {
    this.#job?.kill(name);
  }

  get pid(): number {
    return this.#job?.pid ?? 0;
  }

  /** Waits for the script's end. @returns its exit code */
  async end(): Promise<number | null> {
    if (this.#job !== undefined && this.#job.exitCode === null && this.#job.signalCode === null) {
      await once(this.#job, 'exit');
    }
    return this.#job?.exitCode ?? null;
  }

  /** Waits until a file of the server's folder, or of the home, is there. @returns what is in it */
  async file(name: string, dir: string = this.folder): Promise<string> {
    const path = join(dir, name);
    const changes = watch(dir);
    try {
      while (!existsSync(path)) {
        await once(changes, 'change');
      }
      return readFileSync(path, 'utf8');
    } finally {
      changes.close();
    }
  }

  has(name: string): boolean {
    return existsSync(join(this.folder, name));
  }

  get log(): string {
    return readFileSync(join(this.folder, 'log'), 'utf8');
  }

  /** Ends what is left and removes the home. */
  async remove(): Promise<void> {
    this.signal('SIGTERM');
    await this.end();
    rmSync(this.home, { recursive: true });
  }
}

import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface BashOptions {
  readonly cwd?: string;
}

interface ScriptsOptions extends BashOptions {
  /** What the shell runs once, before all scripts: functions that they find. */
  readonly before?: string;
}

/** What a script printed, and how it ended. */
export interface ScriptRun {
  readonly stdout: string;
  readonly exitCode: number;
}

const ENVIRONMENT = { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8' };

/** Runs a script by the real bash and gives back what it printed. @throws when it fails */
export function runBash(script: string, options: BashOptions = {}): string {
  const { stdout, status, stderr } = spawnSync('bash', ['-c', script], {
    encoding: 'utf8',
    env: ENVIRONMENT,
    timeout: 10_000,
    ...options,
  });
  if (status !== 0) {
    throw new Error(`bash ended with ${status}: ${stderr}`);
  }
  return stdout;
}

/**
 * Runs many scripts by one bash, each in a subshell of its own with nothing to read: to start a bash for each takes
 * most of a test's time. A script that fails, or that bash cannot even read, is a result.
 */
export function runScripts(
  scripts: readonly string[],
  { before = '', ...options }: ScriptsOptions = {},
): readonly ScriptRun[] {
  const mark = randomBytes(16).toString('hex');
  const driver = `${before}
  while IFS= read -r -d '' script; do
    (eval "$script") </dev/null 2>/dev/null
    printf '\\0%s\\0%s\\0' ${mark} "$?"
  done`;
  const folder = mkdtempSync(join(tmpdir(), 'juhub-scripts-'));
  const file = join(folder, 'scripts');
  writeFileSync(file, scripts.map((script) => `${script}\0`).join(''));
  // bash reads a file in blocks, a pipe byte by byte.
  const input = openSync(file, 'r');
  try {
    const { stdout, status, stderr, error } = spawnSync('bash', ['-c', driver], {
      encoding: 'utf8',
      env: ENVIRONMENT,
      timeout: 60_000,
      maxBuffer: 2 ** 28,
      ...options,
      stdio: [input, 'pipe', 'pipe'],
    });
    const runs = splitRuns(stdout, mark);
    if (runs.length !== scripts.length) {
      throw new Error(
        `bash ended with ${status} after ${runs.length} of ${scripts.length} scripts: ${error ?? stderr}`,
      );
    }
    return runs;
  } finally {
    closeSync(input);
    rmSync(folder, { recursive: true });
  }
}

function splitRuns(stdout: string, mark: string): ScriptRun[] {
  const [first = '', ...others] = stdout.split(`\0${mark}\0`);
  let printed = first;
  return others.map((other) => {
    const end = other.indexOf('\0');
    const run = { stdout: printed, exitCode: Number(other.slice(0, end)) };
    printed = other.slice(end + 1);
    return run;
  });
}

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll } from 'vitest';

const made: string[] = [];

afterAll(() => {
  for (const script of made) {
    rmSync(script, { force: true });
  }
});

/** Makes a program for node of a TypeScript file and everything that it imports from the sources; gives its path. */
export async function bundleScript(entry: URL): Promise<string> {
  const name = basename(entry.pathname).replace(/\.ts$/, '.mjs');
  const outfile = fileURLToPath(new URL(`../dist/test-scripts/${process.pid}-${name}`, import.meta.url));
  await build({
    entryPoints: [fileURLToPath(entry)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    logLevel: 'error',
  });
  made.push(outfile);
  return outfile;
}

/** Runs a script to its end; gives what it printed. */
export async function runScript(script: string, args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...args]);
  return stdout.trim();
}

/** Starts a script that goes on until it is killed; its output is on `stdout`. */
export function startScript(script: string, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
}

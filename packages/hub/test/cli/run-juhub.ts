import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { bundleScript } from '../run-script.js';

/** The `juhub` command, made of the sources. */
export const juhub = await bundleScript(new URL('juhub.script.ts', import.meta.url));

/** What a command printed and how it ended. */
export interface CommandEnd {
  stdout: string;
  stderr: string;
  exitCode: number | null;
}

/** Starts a command, by way of another program if one is given; the environment has no settings of juhub's. */
export function startJuhub(args: readonly string[], folder: string, through: readonly string[] = []): ChildProcess {
  const { JUHUB_CONFIG: _, ...env } = process.env;
  const [program = '', ...words] = [...through, process.execPath, juhub, ...args];
  return spawn(program, words, { cwd: folder, env });
}

/** Runs a command to its end. */
export async function runJuhub(args: readonly string[], folder: string, input = ''): Promise<CommandEnd> {
  const child = startJuhub(args, folder);
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(input);
  const [stdout, stderr] = await Promise.all([collect(child.stdout), collect(child.stderr), once(child, 'close')]);
  return { stdout, stderr, exitCode: child.exitCode };
}

function collect(stream: NodeJS.ReadableStream | null): Promise<string> {
  return stream === null ? Promise.resolve('') : text(stream);
}

import { createProgram } from './juhub.js';

/** Runs this process as the `juhub` command. What stops it is for the person who started it: words, not a stack. */
export async function runCommandLine(): Promise<void> {
  try {
    await createProgram().parseAsync();
  } catch (error) {
    const { code, message, exitCode = 1 } = error as Error & { code?: string; exitCode?: number };
    // What commander throws it has said itself.
    if (!code?.startsWith('commander.')) {
      process.stderr.write(`juhub: ${message}\n`);
    }
    process.exitCode = exitCode;
  }
}

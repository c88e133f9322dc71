/** One command line: the words as they are (no shell sees them), and what goes to its standard input. */
export interface Command {
  readonly argv: readonly string[];
  readonly stdin?: string;
  /** After this many milliseconds the runner gives up and rejects. */
  readonly timeoutMs?: number;
}

/** What a finished command left behind. */
export interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/**
 * Whatever can run a command on the cluster: a kept SSH connection, a child process, a fake in a test.
 * Resolves for every exit code; rejects, with an error that has `code` and `transient`, when it could not ask.
 */
export type Run = (command: Command) => Promise<CommandResult>;

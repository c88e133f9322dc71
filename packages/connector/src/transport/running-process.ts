import type { Readable, Writable } from 'node:stream';

/** How a process ended. `lost`: nobody knows, the connection went away first. */
export type Ending = { exitCode: number } | { killedBy: string } | { lost: string };

/** A process somewhere, as a channel of SSH or a child process shows it. */
export interface RunningProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves when the process has ended and its output has been read to the end; never rejects. */
  readonly ended: Promise<Ending>;
  /** Signals the process and its group. */
  kill(signal: 'TERM' | 'KILL'): void;
  /** Lets go of its streams, whether or not it has ended. */
  release(): void;
}

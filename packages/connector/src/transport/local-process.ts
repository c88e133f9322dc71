import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { homedir } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { ConnectorError, readMessage } from '../connector-error.js';
import type { Ending, RunningProcess } from './running-process.js';

/** All that a command here gets of the connector's environment: where things are, who it is, which language. */
const keptVariables = /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_[A-Z]+|TZ|TMPDIR|XDG_RUNTIME_DIR)$/;

/** A program that could not be started, as a shell puts it: 127 when there is none, 126 when it may not be run. */
export class ProgramNotStarted extends Error {
  readonly exitCode: 126 | 127;

  constructor(program: string, exitCode: 126 | 127, cause: unknown) {
    super(`${program}: ${exitCode === 127 ? 'not found' : 'Permission denied'}`, { cause });
    this.exitCode = exitCode;
  }
}

/**
 * Starts a program on this machine, without a shell, in a process group of its own and in the home folder.
 * @throws ProgramNotStarted when there is no such program, or it may not be run
 * @throws ConnectorError `refused` when the machine has no room for a process
 */
export async function startLocalProcess(argv: readonly string[]): Promise<RunningProcess> {
  const [program = '', ...args] = argv;
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => keptVariables.test(name)));
  const child = spawn(program, args, { cwd: homedir(), env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  const failure = await readStartFailure(child);
  if (failure) throw explainStartFailure(program, failure);
  return describeChild(child);
}

function describeChild(child: ChildProcessByStdio<Writable, Readable, Readable>): RunningProcess {
  const ended = new Promise<Ending>((resolve) => {
    child.once('close', (exitCode, signal) => resolve(exitCode === null ? { killedBy: `${signal}` } : { exitCode }));
  });
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    ended,
    kill: (signal) => killGroup(child, `SIG${signal}`),
    release: () => {
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
    },
  };
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    // Everybody in the group has ended already: that is what was wanted.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function readStartFailure(child: ChildProcess): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    child.once('spawn', () => resolve(undefined));
    child.once('error', resolve);
  });
}

function explainStartFailure(program: string, failure: NodeJS.ErrnoException): Error {
  if (failure.code === 'ENOENT') return new ProgramNotStarted(program, 127, failure);
  if (failure.code === 'EACCES') return new ProgramNotStarted(program, 126, failure);
  const message = `${program} could not be started on this machine: ${readMessage(failure)}`;
  return new ConnectorError('refused', message, { cause: failure });
}

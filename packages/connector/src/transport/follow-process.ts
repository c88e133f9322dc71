import { setTimeout as delay } from 'node:timers/promises';
import { ConnectorError } from '../connector-error.js';
import { OutputCollector } from './output-collector.js';
import type { Ending, RunningProcess } from './running-process.js';
import type { CommandResult } from './transport.js';

/** How to follow a process. */
export interface FollowOptions {
  stdin: string | undefined;
  /** Ends the process; its reason is what the caller gets. */
  signal: AbortSignal;
  maxOutputBytes: number;
  /** The program and the site, for messages: `squeue on jureca`. */
  title: string;
}

/** Time between the polite and the hard signal. */
const graceMs = 2000;

/**
 * Feeds a process its input and collects its output until it ends.
 * @throws ConnectorError `killed`, `output-too-large`, `unreachable` (the connection went away), or the reason of the signal
 */
export async function followProcess(process: RunningProcess, options: FollowOptions): Promise<CommandResult> {
  const { stdin, signal, maxOutputBytes, title } = options;
  let overflow = () => {};
  const output = new OutputCollector(maxOutputBytes, () => overflow());
  output.collect('stdout', process.stdout);
  output.collect('stderr', process.stderr);
  // A command need not read its input to the end (EPIPE): how it ended says whether that was right.
  process.stdin.on('error', () => {});
  process.stdin.end(stdin ?? '');
  const ending = await new Promise<Ending>((resolve, reject) => {
    const abort = () => reject(withLastWords(ConnectorError.from(signal.reason), output));
    overflow = () => reject(makeOverflowError(title, maxOutputBytes));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    void process.ended.then((value) => {
      signal.removeEventListener('abort', abort);
      resolve(value);
    });
  });
  return readEnding(ending, output, title);
}

/** Ends a process that nobody follows any more: politely, then hard, then without it. Resolves when its place is free. */
export async function endProcess(process: RunningProcess): Promise<void> {
  const ended = process.ended.then(() => true);
  const wait = () => Promise.race([ended, delay(graceMs, false)]);
  process.kill('TERM');
  if (await wait()) return;
  process.kill('KILL');
  if (await wait()) return;
  process.release();
}

function readEnding(ending: Ending, output: OutputCollector, title: string): CommandResult {
  if ('exitCode' in ending) {
    return { stdout: output.read('stdout'), stderr: output.read('stderr'), exitCode: ending.exitCode };
  }
  const error =
    'killedBy' in ending
      ? new ConnectorError('killed', `${title} was ended by the signal ${ending.killedBy}.`)
      : new ConnectorError('unreachable', `The connection was lost while ${title} ran: ${ending.lost}`);
  throw withLastWords(error, output);
}

function withLastWords(error: ConnectorError, output: OutputCollector): ConnectorError {
  const words = output.readLastWords();
  if (words === '') return error;
  return new ConnectorError(error.code, `${error.message} Its last words: ${words}`, { cause: error.cause });
}

function makeOverflowError(title: string, maxBytes: number): ConnectorError {
  return new ConnectorError(
    'output-too-large',
    `${title} printed more than ${Math.floor(maxBytes / 1024)} KB and was ended. Ask for less at a time.`,
  );
}

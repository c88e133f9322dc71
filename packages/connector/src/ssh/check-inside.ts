import type { Duplex } from 'node:stream';
import { ConnectorError } from '../connector-error.js';
import { quoteCommand } from '../shell-quote.js';
import { OutputCollector } from '../transport/output-collector.js';
import type { DoStep } from './check-steps.js';
import { formatHop } from './ssh-hop.js';
import type { SshLink } from './ssh-link.js';

/** Writes a file into the home folder, reads it and removes it; says on standard error what was in the way. */
export const HOME_TEST =
  'cd "$HOME" && umask 077 && f=".juhub-check.$$" && echo works > "$f" && [ "$(cat "$f")" = works ] && rm -f "$f"';

const MOST_OUTPUT_BYTES = 16_384;

/** Runs something that does nothing. */
export function checkCommand(link: SshLink, timeoutMs: number, signal: AbortSignal, doStep: DoStep): Promise<void> {
  return doStep('command', formatHop(link.hop), 'A command ran.', async () => {
    await runInside(link, ['true'], timeoutMs, signal);
  });
}

/** Tries the home folder, where a server's files are kept. */
export function checkHome(link: SshLink, timeoutMs: number, signal: AbortSignal, doStep: DoStep): Promise<void> {
  const success = 'A file in the home folder was written, read and removed.';
  return doStep('home', formatHop(link.hop), success, async () => {
    await runInside(link, ['sh', '-c', HOME_TEST], timeoutMs, signal);
  });
}

/**
 * Goes through the login node to the sshd of the login node itself, as a tunnel goes through it to a compute node: that
 * one is there, and speaks first (RFC 4253, 4.2).
 */
export function checkTunnel(link: SshLink, timeoutMs: number, signal: AbortSignal, doStep: DoStep): Promise<void> {
  const success = 'A connection through the login node is allowed and carries data.';
  return doStep('tunnel', formatHop(link.hop), success, async () => {
    const { host, port } = await findOwnAddress(link, timeoutMs, signal);
    const late = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const stream = await link.forward(host, port, late);
    try {
      await expectGreeting(stream, `${host}:${port}`, late);
    } finally {
      stream.destroy();
    }
  });
}

/** Where the login node was reached, as it sees it itself; sshd(8) tells it. */
async function findOwnAddress(
  link: SshLink,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<{ host: string; port: number }> {
  const words = await runInside(link, ['sh', '-c', 'echo "$SSH_CONNECTION"'], timeoutMs, signal);
  const [, host, port] = /^\S+ \d+ (\S+) (\d+)$/.exec(words.trim()) ?? [];
  return host === undefined ? { host: 'localhost', port: link.hop.port } : { host, port: Number(port) };
}

function expectGreeting(stream: Duplex, where: string, late: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (what: string) =>
      reject(new ConnectorError('refused', `${where} was reached through the login node, but ${what}.`));
    late.addEventListener('abort', () => fail('it did not answer in time'), { once: true });
    stream.once('close', () => fail('the connection was closed at once'));
    stream.once('error', (error: Error) => fail(error.message));
    stream.once('data', (chunk: Buffer) => {
      if (chunk.toString('latin1').startsWith('SSH-')) resolve();
      else fail('what answers there is no sshd');
    });
  });
}

/** What a command prints. @throws ConnectorError with its last words when it fails, or when it does not end in time */
async function runInside(
  link: SshLink,
  argv: readonly string[],
  timeoutMs: number,
  signal: AbortSignal,
): Promise<string> {
  const process = await link.exec(quoteCommand(argv), signal);
  const output = new OutputCollector(MOST_OUTPUT_BYTES, () => undefined);
  output.collect('stdout', process.stdout);
  output.collect('stderr', process.stderr);
  process.stdin.end();
  const ending = await Promise.race([process.ended, rejectLater(argv, timeoutMs)]);
  if ('exitCode' in ending && ending.exitCode === 0) return output.read('stdout');
  const words = output.readLastWords();
  throw new ConnectorError('refused', `${describe(argv)} failed: ${words === '' ? JSON.stringify(ending) : words}`);
}

function rejectLater(argv: readonly string[], timeoutMs: number): Promise<never> {
  return new Promise((_resolve, reject) => {
    const message = `${describe(argv)} did not end within ${timeoutMs / 1000} s (is the home folder there?).`;
    setTimeout(() => reject(new ConnectorError('timed-out', message)), timeoutMs).unref();
  });
}

function describe([program, , script]: readonly string[]): string {
  return script === HOME_TEST ? 'Writing a file into the home folder' : `The command "${program}"`;
}

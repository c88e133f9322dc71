import { ConnectorError } from './connector-error.js';

/** One argument of a program holds at most 128 KB with its closing NUL (execve(2), MAX_ARG_STRLEN); the line is one of `sh -c`. */
const maxLineBytes = 131_071;

const plainWord = /^[A-Za-z0-9_@%+=:,./-]+$/;

/**
 * One word for a POSIX shell that expands to exactly `value`, whatever it holds (newlines, quotes, `$`, any UTF-8).
 * Source: POSIX.1-2017, Shell Command Language, 2.2.2 Single-Quotes.
 * @throws ConnectorError `bad-request` for a NUL, which no argument can hold.
 */
export function quoteWord(value: string): string {
  if (value.includes('\0')) {
    throw new ConnectorError(
      'bad-request',
      'An argument of the command holds a NUL character, which no program takes.',
    );
  }
  if (plainWord.test(value)) return value;
  return `'${value.replaceAll("'", "'\\''")}'`;
}

/**
 * The command line that makes a POSIX login shell become the program `argv[0]` with exactly the other arguments.
 * `exec` puts the program in the shell's place, so that a signal ends the program and its end by a signal is seen.
 * @throws ConnectorError `bad-request` when there is no program, its name starts with `-` (an option of `exec`), an
 *   argument holds a NUL, or the line is too long for a shell.
 */
export function quoteCommand(argv: readonly string[]): string {
  checkArgv(argv);
  const line = `exec ${argv.map(quoteWord).join(' ')}`;
  if (Buffer.byteLength(line) <= maxLineBytes) return line;
  throw new ConnectorError(
    'bad-request',
    `The command line of ${argv[0]} is longer than the ${maxLineBytes} bytes that a shell takes; pass less at a time, or pass it as standard input.`,
  );
}

/**
 * Refuses an argument list that no site could run.
 * @throws ConnectorError `bad-request`
 */
export function checkArgv(argv: readonly string[]): void {
  const program = argv[0];
  if (program === undefined || program === '') throw new ConnectorError('bad-request', 'The command names no program.');
  if (program.startsWith('-')) {
    throw new ConnectorError('bad-request', 'The name of a program must not start with "-".');
  }
  if (argv.some((word) => word.includes('\0'))) {
    throw new ConnectorError(
      'bad-request',
      'An argument of the command holds a NUL character, which no program takes.',
    );
  }
}

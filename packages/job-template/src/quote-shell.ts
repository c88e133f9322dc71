/**
 * Writes a value as exactly one word of a shell script: whatever is in it, bash takes it as that text and nothing else.
 * Strings always come in single quotes (so that no word is ever a keyword, an assignment, a pattern or an option of the
 * shell itself); numbers and booleans come bare.
 *
 * Source: POSIX.1-2017, Shell Command Language, 2.2.2 Single-Quotes. The caller refuses control characters first
 * (findUnsafeCharacter): a newline in quotes is one word for the shell, but not for `#SBATCH` lines and not for people.
 */
export function quoteShell(value: string | number | boolean): string {
  return typeof value === 'string' ? `'${value.replaceAll("'", "'\\''")}'` : String(value);
}

import { basename } from 'node:path';

/** The program that a command line runs, without its folder; one that env(1) runs by its own name. Pure. */
export function nameProgram([first = '', ...rest]: readonly string[]): string {
  if (first !== 'env') {
    return basename(first);
  }
  let at = 0;
  while (rest[at] === '-u') {
    at += 2;
  }
  while (rest[at]?.includes('=') === true) {
    at += 1;
  }
  return basename(rest[at] ?? first);
}

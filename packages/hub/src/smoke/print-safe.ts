import { stripVTControlCharacters } from 'node:util';

/**
 * A text of somebody else (a hub, a job's log) fit for a terminal and for a CI system's log: no control characters,
 * which could colour, erase or forge lines, and none of the marks by which CI systems take commands out of a log
 * (https://docs.github.com/actions/reference/workflow-commands-for-github-actions; GitLab's need control characters).
 */
export function printSafe(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll(/\p{Cc}/gu, (character) => (character === '\n' || character === '\t' ? character : ''))
    .replaceAll(/[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '')
    .replaceAll(/##(?=\[|vso\[)/gi, '## ')
    .replaceAll(/^(\s*):(?=:)/gm, '$1: ');
}

/** The same in one line. */
export function printLine(text: string): string {
  return printSafe(text).replaceAll(/\s+/g, ' ').trim();
}

import type { Surrounding } from './shell-spot.js';

/** What begins a stretch of the script, what the stretch is, and what ends it. */
export type Opening = readonly [start: string, surrounding: Surrounding, end: string];

/** Expansions, the longer beginning first. */
export const EXPANSIONS: readonly Opening[] = [
  ['$((', 'an arithmetic expression', '))'],
  ['$[', 'an arithmetic expression', ']'],
  ['$(', 'command', ')'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how an expansion of the shell begins
  ['${', 'a ${…} expansion', '}'],
  ['`', 'backticks', '`'],
];

/** Quotes outside of other quotes, the longer beginning first. */
export const QUOTES: readonly Opening[] = [
  ["$'", "$'…' quotes", "'"],
  ['$"', 'double quotes', '"'],
  ["'", 'single quotes', "'"],
  ['"', 'double quotes', '"'],
];

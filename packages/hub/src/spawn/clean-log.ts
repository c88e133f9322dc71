import { stripVTControlCharacters } from 'node:util';

/** Everything that drives a terminal or turns the direction of writing, but for line breaks and tabs. */
const CONTROLS = /[^\P{Cc}\n\t]|\p{Bidi_Control}/gu;

/**
 * The output of a job as a page may show it: without its server's secret, and without what drives a terminal. Of a line
 * that was written over (a progress bar) its last state is kept. Pure.
 *
 * @param isCut the beginning is missing: what is left of the first line is dropped, for it may be half a secret
 */
export function cleanLog(raw: string, secret: string | null, isCut: boolean): string {
  const whole = isCut ? dropFirstLine(raw, secret?.length ?? 0) : raw;
  const lines = stripVTControlCharacters(whole)
    .split('\n')
    .map((line) => line.replace(/\r+$/, '').split('\r').at(-1) ?? '');
  const text = lines.join('\n').replace(CONTROLS, '');
  // Last, because the secret may be written with controls in between.
  return secret ? text.replaceAll(secret, '…') : text;
}

function dropFirstLine(raw: string, atLeast: number): string {
  const end = raw.indexOf('\n');
  return raw.slice(end === -1 ? atLeast : end + 1);
}

import { type HeaderName, readHeaderName } from '../headers/header-name.js';
import { Malformed } from './malformed.js';

/** Headers, or trailers, with what each name means. */
export interface Fields {
  readonly rawHeaders: string[];
  /** One for each pair in `rawHeaders`. */
  readonly names: readonly HeaderName[];
}

/** CR and LF only as a pair; of the other control characters only the tab (RFC 9110, 5.5). */
const oddOctet = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)|(?<!\r)\n/;
/** Fits into a double; a body of a petabyte comes from nobody. */
const lengthForm = /^[0-9]{1,15}$/;

/** Reads header lines that hold no odd octets. Throws `Malformed`. */
export function parseFields(text: string): Fields {
  const rawHeaders: string[] = [];
  const names: HeaderName[] = [];
  for (let start = 0; start < text.length; ) {
    const next = text.indexOf('\r\n', start);
    const end = next < 0 ? text.length : next;
    const colon = text.indexOf(':', start);
    const came = text.slice(start, colon < 0 || colon > end ? start : colon);
    const name = readHeaderName(came);
    // A folded line begins with white space, which is in no name; nor is white space before the colon.
    if (!name.isToken) throw new Malformed('it has a header without a proper name');
    rawHeaders.push(came, trimBlanks(text, colon + 1, end));
    names.push(name);
    start = end + 2;
  }
  return { rawHeaders, names };
}

/** Throws `Malformed` for octets that may be in no head, in no trailer and in no line between chunks. */
export function refuseOddOctets(text: string): void {
  if (oddOctet.test(text)) throw new Malformed('it holds control characters or bare line breaks');
}

/**
 * The same for what has come of a head that is not finished; `checked` octets of it have been looked at before. A CR
 * at the end waits for its LF.
 */
export function refuseOddPart(text: string, checked: number): void {
  const last = Math.max(0, checked - 1);
  const from = last > 0 && text[last] === '\n' ? checked : last; // a LF was checked with the CR before it
  refuseOddOctets(text.slice(from, text.endsWith('\r') ? -1 : undefined));
}

/** The one length of a body (RFC 9112, 6.3), nothing where none is said. Throws `Malformed` for two, and for no number. */
export function readLength(lengths: readonly string[]): number | undefined {
  const [length] = lengths;
  if (length === undefined) return undefined;
  if (lengths.length > 1) throw new Malformed('it has more than one Content-Length');
  if (!lengthForm.test(length)) throw new Malformed('its Content-Length is no number');
  return Number(length);
}

/** Only space and tab are white space to HTTP (RFC 9110, 5.6.3). */
function trimBlanks(text: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && isBlank(text.charCodeAt(start))) start += 1;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

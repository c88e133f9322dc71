// C0, DEL, C1, the two line separators of Unicode, and halves of surrogate pairs, which UTF-8 cannot carry.
const unsafe = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]|\p{Surrogate}/u;

/**
 * Finds the first character that no value of a form may hold: control characters begin new lines or drive terminals.
 *
 * @returns how to call the character (`a line break`, `U+0007`), or undefined when the text is clean
 */
export function findUnsafeCharacter(text: string): string | undefined {
  const found = unsafe.exec(text)?.[0];
  if (found === undefined) {
    return undefined;
  }
  if (found === '\n' || found === '\r' || found === '\u2028' || found === '\u2029') {
    return 'a line break';
  }
  if (found === '\t') {
    return 'a tab';
  }
  return `the control character U+${found.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
}

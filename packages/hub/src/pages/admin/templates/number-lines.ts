import { lineIdOf } from './describe-problems.js';

/** A line of a file with its number. */
export interface NumberedLine {
  readonly id: string;
  readonly number: number;
  readonly text: string;
  readonly isBad: boolean;
}

/** A file as a page shows it. */
export interface NumberedText {
  readonly id: string;
  readonly name: string;
  readonly lines: readonly NumberedLine[];
}

/** Numbers the lines of a file; the line end at its very end begins no line. Pure. */
export function numberText(
  { id, name, text }: { readonly id: string; readonly name: string; readonly text: string },
  badLines: ReadonlySet<number> = new Set(),
): NumberedText {
  const lines = text.replace(/\n$/, '').split('\n');
  const numbered = lines.map((line, index) => {
    const number = index + 1;
    return { id: lineIdOf(id, number), number, text: line, isBad: badLines.has(number) };
  });
  return { id, name, lines: numbered };
}

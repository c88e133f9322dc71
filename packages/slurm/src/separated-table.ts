import { randomBytes } from 'node:crypto';
import { unparsable } from './slurm-error.js';

/**
 * A separator for one query. Slurm lets users put anything into a job's name and comment, line breaks and control
 * characters included; only a word made up after the job was named cannot occur in it.
 */
export function makeSeparator(): string {
  return `~${randomBytes(12).toString('hex')}~`;
}

/** What a table of `squeue -O`, `sinfo -O` or `sacct -p` looks like. */
export interface TableShape<Column extends string> {
  readonly tool: string;
  readonly separator: string;
  readonly columns: readonly Column[];
  /** The first column's heading. The heading row proves that the answer is one, also when no row follows. */
  readonly firstHeading: string;
}

/**
 * Rows of a table whose every cell ends with the separator and whose every row ends with a line break.
 * @throws SlurmError `unparsable` when the heading is missing, a row is incomplete or the end is cut off.
 */
export function parseSeparatedTable<Column extends string>(
  text: string,
  shape: TableShape<Column>,
): Record<Column, string>[] {
  const cells = text.split(shape.separator);
  const end = cells.pop() ?? '';
  const width = shape.columns.length;
  // A login shell may greet on standard output, which puts lines in front of the heading.
  const heading = cells[0]?.split('\n').at(-1)?.trim();
  if (heading !== shape.firstHeading) throw unparsable(shape.tool, 'its heading is missing', text);
  if (end !== '\n') throw unparsable(shape.tool, 'its end is missing', text);
  if (cells.length % width !== 0) throw unparsable(shape.tool, 'a row is incomplete', text);
  const rows: Record<Column, string>[] = [];
  for (let at = width; at < cells.length; at += width) {
    rows.push(parseRow(cells.slice(at, at + width), shape, text));
  }
  return rows;
}

function parseRow<Column extends string>(cells: string[], shape: TableShape<Column>, text: string) {
  if (!cells[0]?.startsWith('\n')) throw unparsable(shape.tool, 'a row does not begin on a line of its own', text);
  const values = cells.map((cell, index) => (index === 0 ? cell.slice(1) : cell));
  return Object.fromEntries(shape.columns.map((column, index) => [column, values[index]])) as Record<Column, string>;
}

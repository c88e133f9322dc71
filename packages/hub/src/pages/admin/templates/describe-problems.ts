import { basename, dirname } from 'node:path';
import type { TemplateProblem } from '@juhub/job-template';

/** What is wrong with a template, with its place. */
export interface ProblemView {
  /** `lab.sbatch.hbs:12:5`, without the folder. */
  readonly place: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** The id of the line on the page. */
  readonly anchor: string;
  /** Whether it is in the template's own text, and not in a part. */
  readonly isOwn: boolean;
}

/** Describes problems for a page that shows the files' lines. Pure. */
export function describeProblems(problems: readonly TemplateProblem[]): ProblemView[] {
  return problems.map(({ file, line, column, message }) => {
    const part = partOf(file);
    const shown = part === undefined ? basename(file) : `parts/${part}.sh`;
    return {
      place: `${shown}:${line}:${column}`,
      line,
      column,
      message,
      anchor: part === undefined ? lineIdOf('source', line) : lineIdOf(partIdOf(part), line),
      isOwn: part === undefined,
    };
  });
}

/** The id of a line of a file on the page. */
export function lineIdOf(fileId: string, line: number): string {
  return `${fileId}-${line}`;
}

/** The id of a part's text on the page. */
export function partIdOf(part: string): string {
  return `part-${part}`;
}

function partOf(file: string): string | undefined {
  return basename(dirname(file)) === 'parts' && file.endsWith('.sh') ? basename(file, '.sh') : undefined;
}

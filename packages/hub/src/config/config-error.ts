/** One thing that is wrong in a configuration file. Lines and columns count from 1; both are 0 when the file itself is at fault. */
export interface ConfigProblem {
  file: string;
  line: number;
  column: number;
  message: string;
}

/** The configuration can't be used. The message has a line `file:line:column: what is wrong` for every problem, in the order of the file. */
export class ConfigError extends Error {
  readonly code = 'config-invalid';
  readonly transient = false;
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[], options?: ErrorOptions) {
    const sorted = problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
    super(sorted.map(writeProblem).join('\n'), options);
    this.name = 'ConfigError';
    this.problems = sorted;
  }
}

/** As compilers write it: `file:line:column: what is wrong`. */
export function writeProblem({ file, line, column, message }: ConfigProblem): string {
  return line === 0 ? `${file}: ${message}` : `${file}:${line}:${column}: ${message}`;
}

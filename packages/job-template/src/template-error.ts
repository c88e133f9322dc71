/** What can be wrong with a template or with what it is rendered from. */
export type TemplateProblemCode =
  /** The file or folder cannot be read. */
  | 'unreadable'
  /** The YAML front matter is missing, no YAML, or not what a template needs. */
  | 'front-matter'
  /** The body is no Handlebars, or uses a part of Handlebars that templates do not have. */
  | 'syntax'
  /** The body names a value that does not exist. */
  | 'unknown-value'
  /** The body includes a part that does not exist. */
  | 'unknown-part'
  /** A value stands where the shell would not take it as one word. */
  | 'unsafe-place'
  /** A field of the form is used nowhere. */
  | 'unused-field'
  /** A value cannot be written into a script: a control character, a character that `#SBATCH` lines do not take. */
  | 'unsafe-value'
  /** The body needs a value that the person did not choose. */
  | 'missing-value'
  /** bash does not understand the rendered script. */
  | 'shell';

/** One thing that is wrong, and where: line and column count from 1, in the template's file or in that of a part. */
export interface TemplateProblem {
  readonly code: TemplateProblemCode;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** A template that cannot be used as it is. Trying again does not help: somebody has to change the file or the value. */
export class TemplateError extends Error {
  readonly code: TemplateProblemCode;
  readonly transient = false;
  readonly file: string;
  readonly line: number;
  readonly column: number;

  /**
   * @param problem what the error is about; its message gets the place in front (`file:line:column: …`)
   * @param problems everything that was found at once, `problem` among them
   */
  constructor(
    problem: TemplateProblem,
    readonly problems: readonly TemplateProblem[] = [problem],
  ) {
    super(`${problem.file}:${problem.line}:${problem.column}: ${problem.message}`);
    this.name = 'TemplateError';
    this.code = problem.code;
    this.file = problem.file;
    this.line = problem.line;
    this.column = problem.column;
  }
}

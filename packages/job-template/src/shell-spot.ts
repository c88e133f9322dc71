/** What surrounds a place in a shell script. */
export type Surrounding =
  | 'command'
  | 'comment'
  | 'sbatch'
  | 'single quotes'
  | 'double quotes'
  | "$'…' quotes"
  | 'backticks'
  | 'a ${…} expansion'
  | 'an arithmetic expression'
  | 'a here-document';

/** Where a value would land. */
export interface Spot {
  readonly surrounding: Surrounding;
  /** What stands right before would change how the value is read: `\`, `$` or `>&`. */
  readonly isPrefixed: boolean;
  /** In an `#SBATCH` line: the word so far has no `=`, so that what follows could be an option of its own. */
  readonly isOption: boolean;
}

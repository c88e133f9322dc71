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
  /** The character right before is a `\` or `$` that would change the value's first character. */
  readonly isPrefixed: boolean;
}

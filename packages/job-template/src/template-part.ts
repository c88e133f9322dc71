/** A shell file that templates include by its name. */
export interface TemplatePart {
  readonly text: string;
  readonly file: string;
}

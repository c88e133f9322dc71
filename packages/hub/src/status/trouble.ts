/** Something that is wrong, for the person who runs juhub. */
export interface Trouble {
  /** What is affected: `database`, `disk`, `connector`, `proxy`, `hub`, `certificate`, or `site:NAME`. */
  readonly what: string;
  /** In words: what does not work, and why. */
  readonly message: string;
  /** Whether the process can do nothing of its work while it lasts; the trouble of a site never is. */
  readonly isFatal: boolean;
}

/** The scanner does not know how bash would read this. */
export class ShellTooHard extends Error {
  readonly code = 'shell-too-hard';
  readonly transient = false;

  constructor(what: string) {
    super(`The quoting cannot be followed here (${what}). Put this into a part, which holds no values.`);
    this.name = 'ShellTooHard';
  }
}

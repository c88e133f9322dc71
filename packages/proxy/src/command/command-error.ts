/** The command cannot do what it was told; `message` says to the person who started it what to change. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

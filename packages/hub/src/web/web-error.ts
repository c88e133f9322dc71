/** Something is wrong with a request; the message says to the person what. */
export class WebError extends Error {
  readonly transient = false;

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'WebError';
  }
}

/** The command was called in a way that cannot work; nothing was started. */
export class SmokeUsage extends Error {
  readonly code = 'smoke-usage';
  /** Of the process. */
  readonly exitCode = 2;

  constructor(message: string) {
    super(message);
    this.name = 'SmokeUsage';
  }
}

/** A step found something wrong; the message says what, and what to do. */
export class SmokeFailure extends Error {
  readonly code = 'smoke-failure';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SmokeFailure';
  }
}

/** Somebody ended the test (Ctrl-C, SIGTERM). */
export class SmokeInterrupted extends Error {
  readonly code = 'smoke-interrupted';

  constructor() {
    super('The test was interrupted.');
    this.name = 'SmokeInterrupted';
  }
}

/**
 * What can go wrong, as words a program can compare, each with the HTTP status it is answered with.
 * `proxy-away` and `proxy-refused` are a client's: the admin API did not answer, or answered with an error.
 */
const statusOfCode = {
  'ambiguous-path': 400,
  'bad-path': 400,
  'bad-request': 400,
  'bad-route': 400,
  'bad-target': 400,
  'sign-in-needed': 401,
  'not-yours': 403,
  'other-origin': 403,
  'wrong-token': 403,
  'no-route': 404,
  'not-found': 404,
  'method-not-allowed': 405,
  'body-timed-out': 408,
  'header-timed-out': 408,
  'body-too-large': 413,
  'bad-expectation': 417,
  'too-many-connections': 429,
  'headers-too-large': 431,
  internal: 500,
  'not-supported': 501,
  'bad-answer': 502,
  'proxy-refused': 502,
  'proxy-away': 503,
  'target-away': 503,
  'http-version': 505,
} as const;

/** See the table of statuses in this file. */
export type ProxyErrorCode = keyof typeof statusOfCode;

/** Codes for which asking again later may help without anybody repairing anything. */
const transientCodes: ReadonlySet<ProxyErrorCode> = new Set(['proxy-away', 'target-away']);

/**
 * The proxy could not do what was asked. `message` is fit for the person who sees it (what happened, why, what to do)
 * and never holds a secret; `status` is the HTTP status that goes with `code`.
 */
export class ProxyError extends Error {
  override readonly name = 'ProxyError';
  readonly code: ProxyErrorCode;
  readonly status: number;
  readonly transient: boolean;

  constructor(code: ProxyErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.status = statusOfCode[code];
    this.transient = transientCodes.has(code);
  }

  /** For logs. The cause itself stays out of them: a parser's error carries the bytes that it could not read. */
  get causeMessage(): string | undefined {
    return this.cause instanceof Error ? this.cause.message : undefined;
  }

  /** The error itself when it is one of ours, else an `internal` one around it. */
  static from(error: unknown): ProxyError {
    if (error instanceof ProxyError) return error;
    return new ProxyError('internal', 'The proxy failed on this request; its log says why.', { cause: error });
  }
}

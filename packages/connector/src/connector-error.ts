/**
 * What can go wrong, as words a program can compare.
 * `refused`: the far machine said no (closed port, forbidden forwarding, no further session).
 * `stopped`: the caller took the request back, or the connector is closing.
 */
export type ConnectorErrorCode =
  | 'already-running'
  | 'bad-request'
  | 'connector-away'
  | 'host-key'
  | 'internal'
  | 'key-file'
  | 'killed'
  | 'output-too-large'
  | 'refused'
  | 'sign-in-refused'
  | 'socket-folder'
  | 'stopped'
  | 'timed-out'
  | 'unknown-site'
  | 'unknown-tunnel'
  | 'unreachable';

/** Codes for which asking again later may help without anybody repairing anything. */
const transientCodes: ReadonlySet<ConnectorErrorCode> = new Set([
  'connector-away',
  'killed',
  'refused',
  'stopped',
  'timed-out',
  'unreachable',
]);

/** A `ConnectorError` as it travels over the API. */
export interface ConnectorErrorJson {
  code: ConnectorErrorCode;
  transient: boolean;
  message: string;
  cause?: string;
}

/**
 * The connector could not do what was asked. `message` is fit for the person who sees it (what happened, why, what to
 * do); `transient` says whether the same request may succeed later by itself.
 */
export class ConnectorError extends Error {
  override readonly name = 'ConnectorError';
  readonly code: ConnectorErrorCode;
  readonly transient: boolean;

  constructor(code: ConnectorErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.transient = transientCodes.has(code);
  }

  /** The form in which the error travels: a cause is kept as its message, never as its stack. Not called toJSON, which
   * would make loggers and test runners show less of the error. */
  toWire(): ConnectorErrorJson {
    const { code, transient, message, cause } = this;
    return { code, transient, message, ...(cause === undefined ? {} : { cause: readMessage(cause) }) };
  }

  /** Rebuilds what `toWire` wrote. */
  static fromWire(json: ConnectorErrorJson): ConnectorError {
    return new ConnectorError(
      json.code,
      json.message,
      json.cause === undefined ? undefined : { cause: new Error(json.cause) },
    );
  }

  /** The error itself when it is one of ours, else an `internal` one around it. */
  static from(error: unknown): ConnectorError {
    if (error instanceof ConnectorError) return error;
    return new ConnectorError('internal', `The connector failed: ${readMessage(error)}`, { cause: error });
  }
}

/** The message of anything that was thrown. */
export function readMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

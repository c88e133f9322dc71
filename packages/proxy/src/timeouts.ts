/** All in milliseconds. None of them limits how long a body or an open stream may last. */
export interface ProxyTimeouts {
  /** How long the head of a request may take to arrive. */
  headersMs: number;
  /** In how long at least 1 KB of a request's body must arrive, unless the target does not read; 0: as slow as it likes. */
  bodyMs: number;
  /** How long a connection without a request is kept, on either side. */
  idleMs: number;
  /** How long a target may take to accept a connection. */
  connectMs: number;
  /** How long a target may take to begin its answer; 0: as long as it likes. */
  answerMs: number;
  /** How long a request may pass nothing in either direction before it is given up; 0: as long as it likes. */
  silenceMs: number;
  /** How long a target may take to answer a WebSocket handshake. */
  upgradeMs: number;
  /** How long one end of a WebSocket may outlive the other one. */
  lingerMs: number;
  /** How long what is running may go on after `close()`. */
  drainMs: number;
}

/** What is not set otherwise. */
export const defaultTimeouts: ProxyTimeouts = {
  headersMs: 30_000,
  bodyMs: 60_000,
  idleMs: 65_000,
  connectMs: 10_000,
  answerMs: 0,
  silenceMs: 0,
  upgradeMs: 30_000,
  lingerMs: 30_000,
  drainMs: 10_000,
};

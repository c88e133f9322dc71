import type { Duplex } from 'node:stream';

/** A command to run; `timeoutMs` counts from the request to the answer, waiting for its turn included. */
export interface Command {
  /** The program and its arguments, each passed on exactly as it is. */
  argv: readonly string[];
  /** Written to the standard input as UTF-8, which is then closed; none means an empty input. */
  stdin?: string | undefined;
  /** 60 seconds when left out. */
  timeoutMs?: number | undefined;
}

/** What a command left: its output read as UTF-8. */
export interface CommandResult {
  stdout: string;
  stderr: string;
  exitCode: number;
}

/**
 * `connecting`: under way. `connected`: usable. `backoff`: the last attempt failed or the connection was lost, the next
 * attempt is at `nextTryAt`. `closed`: nobody wants it, the next request opens it.
 */
export type ConnectionState = 'connecting' | 'connected' | 'backoff' | 'closed';

/** The connection of one identity to one site. */
export interface ConnectionStatus {
  site: string;
  account: string;
  state: ConnectionState;
  /** When this state began (ISO 8601). */
  since: string;
  /** The login node in use, or tried last. */
  host?: string | undefined;
  /** SSH connections open now: one, and more only when the channels of one are used up. */
  links: number;
  /** Open channels: streams of tunnels and running commands. */
  channels: number;
  commandsRunning: number;
  commandsWaiting: number;
  /** How often a lost connection has come back. */
  reconnects: number;
  lastError?: string | undefined;
  /** When the next attempt is (ISO 8601), in state `backoff`. */
  nextTryAt?: string | undefined;
}

/** One step of a self-test. */
export interface CheckStep {
  /**
   * `files`: private key and known hosts; `name`: the host's address; `port`: it accepts connections; `home`: the home
   * folder takes a file; `tunnel`: a connection through the login node; and so on.
   */
  step: 'files' | 'name' | 'port' | 'host-key' | 'sign-in' | 'command' | 'home' | 'tunnel';
  /** `host:port` of the hop, or the site. */
  hop: string;
  ok: boolean;
  tookMs: number;
  /** What was found, or what went wrong and what to do. */
  detail: string;
}

/** What a self-test found; `ok` when every step at one login node succeeded. */
export interface CheckReport {
  site: string;
  account: string;
  ok: boolean;
  steps: CheckStep[];
}

/** How one identity reaches one site. One contract test suite holds for every transport. */
export interface Transport {
  /**
   * Runs a command. Resolves for any exit code.
   * @throws ConnectorError when it could not be asked, did not end in time, or was killed by a signal
   */
  run(command: Command, signal: AbortSignal): Promise<CommandResult>;
  /**
   * A TCP stream from the site to `host:port`.
   * @throws ConnectorError `refused` when nothing accepts there, `unreachable` when the site cannot be asked
   */
  openStream(host: string, port: number, signal: AbortSignal): Promise<Duplex>;
  /** Keeps the connection wanted (reconnecting by itself) until the returned function is called. */
  hold(): () => void;
  status(): ConnectionStatus;
  /** Walks the way in step by step. Resolves whatever it finds. */
  check(signal: AbortSignal): Promise<CheckReport>;
  /** Ends commands, streams and connection. */
  close(): Promise<void>;
}

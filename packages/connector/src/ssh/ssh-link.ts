import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client, ClientChannel } from 'ssh2';
import { ConnectorError, readMessage } from '../connector-error.js';
import type { RunningProcess } from '../transport/running-process.js';
import { describeChannel } from './channel-process.js';
import { sealWindowAtClose, widenReceiveWindow } from './receive-window.js';
import { formatHop, type SshHop } from './ssh-hop.js';

/** Pauses between attempts to open a session. */
const sessionRetryDelaysMs = [5, 10, 20, 40, 80, 160, 320, 640];

/** What a `SshLink` is made of. */
export interface SshLinkParts {
  hop: SshHop;
  client: Client;
  /** What the client speaks over. */
  stream: Duplex;
  /** The connection that carries the stream, when there is a host in between; it ends with this one. */
  jump?: SshLink | undefined;
}

/** Counted since the connection was opened. */
export interface Traffic {
  readonly bytesRead: number;
  readonly bytesWritten: number;
}

/** One SSH connection that is signed in. */
export class SshLink {
  /** The login node at the other end. */
  readonly hop: SshHop;
  /** Resolves with the reason, in words, once the connection is gone. */
  readonly closed: Promise<string>;
  readonly #client: Client;
  readonly #stream: Duplex;
  readonly #jump: SshLink | undefined;
  #lost: string | undefined;
  /** The least of what opening a stream took: to the other side and back, and a little more. */
  #roundTripMs = Number.POSITIVE_INFINITY;

  constructor({ hop, client, stream, jump }: SshLinkParts) {
    this.hop = hop;
    this.#client = client;
    this.#stream = stream;
    this.#jump = jump;
    let reason = 'the other side closed the connection';
    client.on('error', (error) => {
      reason = error.message;
    });
    this.closed = new Promise((resolve) => {
      client.once('close', () => {
        this.#lost = reason;
        jump?.end();
        resolve(reason);
      });
    });
  }

  /**
   * Starts a command line in the login shell of the account. sshd counts a session that has just been closed until it
   * has dealt with everything that came with the close: a session that it refuses is asked for again for about a second.
   * @throws ConnectorError `refused` when sshd allows no further session, `unreachable` when the connection is gone, or
   *   the reason of the signal
   */
  async exec(commandLine: string, signal: AbortSignal): Promise<RunningProcess> {
    for (const delayMs of sessionRetryDelaysMs) {
      const process = await this.#tryExec(commandLine).catch((error: unknown) => {
        if (!isOpenFailure(error)) throw error;
      });
      if (process) return process;
      await delay(delayMs);
      signal.throwIfAborted();
    }
    return await this.#tryExec(commandLine);
  }

  #tryExec(commandLine: string): Promise<RunningProcess> {
    return new Promise((resolve, reject) => {
      try {
        this.#client.exec(commandLine, (error, channel) => {
          if (error) {
            reject(this.#explain(error, 'to run a command'));
            return;
          }
          sealWindowAtClose(channel);
          resolve(describeChannel(channel, () => this.#lost));
        });
      } catch (error) {
        reject(this.#makeLostError(readMessage(error)));
      }
    });
  }

  /**
   * A TCP stream from the login node to `host:port`.
   * @throws ConnectorError `refused` when nothing accepts there or sshd forbids it, `unreachable` when the connection is
   *   gone, or the reason of the signal
   */
  forward(host: string, port: number, signal: AbortSignal): Promise<Duplex> {
    return new Promise((resolve, reject) => {
      const askedMs = performance.now();
      const abort = () => reject(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      const settle = (error: Error | undefined, channel: ClientChannel | undefined) => {
        signal.removeEventListener('abort', abort);
        if (channel) sealWindowAtClose(channel);
        if (error) reject(this.#explain(error, `to connect to ${host}:${port}`));
        else if (channel && signal.aborted) discardChannel(channel);
        else if (channel) {
          this.#roundTripMs = Math.min(this.#roundTripMs, performance.now() - askedMs);
          widenReceiveWindow(channel, this.#roundTripMs);
          resolve(channel);
        }
      };
      try {
        this.#client.forwardOut('127.0.0.1', 0, host, port, settle);
      } catch (error) {
        signal.removeEventListener('abort', abort);
        reject(this.#makeLostError(readMessage(error)));
      }
    });
  }

  /**
   * Opens one session, which makes sshd set TCP_NODELAY on its side: without one, an answer of two packets waits for
   * our delayed acknowledgement (44 ms). Whether the account may run commands does not matter here.
   */
  async warmUp(): Promise<void> {
    const process = await this.#tryExec('exec true').catch(() => undefined);
    process?.stdout.resume();
    process?.stderr.resume();
    process?.stdin.end();
    await process?.ended;
  }

  /** The first machine on the way to the login node: the one whose port shows whether the network is there. */
  get firstHop(): SshHop {
    return this.#jump?.firstHop ?? this.hop;
  }

  /** Bytes that have come and that were handed to the kernel for sending, on the way to the first machine. */
  get traffic(): Traffic {
    if (this.#jump) return this.#jump.traffic;
    const { bytesRead = 0, bytesWritten = 0 } = this.#stream as Partial<Traffic>;
    return { bytesRead, bytesWritten };
  }

  /** Asks for an answer of any kind, which every SSH server gives: it costs neither session nor port. */
  ping(): void {
    try {
      // Nothing listens for us at that port; that it says so is the answer.
      this.#client.unforwardIn('127.0.0.1', 1, () => {});
    } catch {
      // It is gone; `closed` tells.
    }
  }

  /** Says goodbye and closes; what does not answer is cut off after a second. */
  end(): void {
    // The stream itself: ssh2's own destroy does nothing once its end() has been called.
    const cut = setTimeout(() => {
      this.#stream.destroy();
      this.#jump?.end();
    }, 1000);
    void this.closed.then(() => clearTimeout(cut));
    this.#client.end();
  }

  #explain(error: Error, what: string): ConnectorError {
    if (this.#lost !== undefined) return this.#makeLostError(this.#lost);
    const message = `${formatHop(this.hop)} refuses ${what}: ${error.message.replace(/^\(SSH\) /, '')}`;
    return new ConnectorError('refused', message, { cause: error });
  }

  #makeLostError(reason: string): ConnectorError {
    return new ConnectorError('unreachable', `The connection to ${formatHop(this.hop)} was lost: ${reason}`);
  }
}

/** Whether sshd refused the channel itself (RFC 4254, 5.1): then nothing of the command has been sent. */
function isOpenFailure(error: unknown): boolean {
  const cause = error instanceof ConnectorError && error.code === 'refused' ? error.cause : undefined;
  return cause instanceof Error && 'reason' in cause;
}

// A channel counts as closed for ssh2 only when it has been read to its end.
function discardChannel(channel: ClientChannel): void {
  channel.resume();
  channel.destroy();
}

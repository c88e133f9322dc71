import { userInfo } from 'node:os';
import type { Duplex } from 'node:stream';
import { ConnectorError, readMessage } from '../connector-error.js';
import { openTcpSocket } from '../open-tcp-socket.js';
import { HOME_TEST } from '../ssh/check-inside.js';
import { type CommandLimits, CommandRunner } from './command-runner.js';
import { ProgramNotStarted, startLocalProcess } from './local-process.js';
import type { CheckReport, CheckStep, Command, CommandResult, ConnectionStatus, Transport } from './transport.js';

/** Settings of a `LocalTransport`. */
export interface LocalTransportOptions {
  site: string;
  account: string;
  limits: CommandLimits;
  connectTimeoutMs: number;
}

/** A site that is this machine itself: commands are child processes, streams are TCP connections. */
export class LocalTransport implements Transport {
  readonly #options: LocalTransportOptions;
  readonly #runner: CommandRunner;
  readonly #since = new Date().toISOString();
  readonly #streams = new Set<Duplex>();
  #closed = false;

  constructor(options: LocalTransportOptions) {
    this.#options = options;
    this.#runner = new CommandRunner(options.site, options.limits, startLocalProcess);
  }

  async run(command: Command, signal: AbortSignal): Promise<CommandResult> {
    this.#checkAccount();
    try {
      return await this.#runner.run(command, signal);
    } catch (error) {
      // A shell on a login node answers with an exit code; so does this machine.
      if (!(error instanceof ProgramNotStarted)) throw error;
      return { stdout: '', stderr: `${error.message}\n`, exitCode: error.exitCode };
    }
  }

  async openStream(host: string, port: number, signal: AbortSignal): Promise<Duplex> {
    const timeoutMs = this.#options.connectTimeoutMs;
    const socket = await openTcpSocket({ host, port, timeoutMs, allowHalfOpen: true, signal });
    this.#streams.add(socket);
    socket.once('close', () => this.#streams.delete(socket));
    return socket;
  }

  // This machine is always there.
  hold(): () => void {
    return () => {};
  }

  status(): ConnectionStatus {
    const { site, account } = this.#options;
    return {
      site,
      account,
      state: this.#closed ? 'closed' : 'connected',
      since: this.#since,
      links: 0,
      channels: this.#streams.size + this.#runner.running,
      commandsRunning: this.#runner.running,
      commandsWaiting: this.#runner.waiting,
      reconnects: 0,
    };
  }

  async check(signal: AbortSignal): Promise<CheckReport> {
    const { site, account } = this.#options;
    const steps = [await this.#check('command', ['true'], 'A command ran on this machine.', signal)];
    if (steps[0]?.ok) {
      const success = 'A file in the home folder was written, read and removed.';
      steps.push(await this.#check('home', ['sh', '-c', HOME_TEST], success, signal));
    }
    return { site, account, ok: steps.every(({ ok }) => ok), steps };
  }

  async #check(step: CheckStep['step'], argv: string[], success: string, signal: AbortSignal): Promise<CheckStep> {
    const startedAt = performance.now();
    const detail = await this.run({ argv, timeoutMs: 10_000 }, signal).then(
      ({ exitCode, stderr }) => (exitCode === 0 ? undefined : stderr.trim() || `It ended with exit code ${exitCode}.`),
      (error: unknown) => readMessage(error),
    );
    const tookMs = Math.round(performance.now() - startedAt);
    return { step, hop: this.#options.site, ok: detail === undefined, tookMs, detail: detail ?? success };
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#runner.close();
    for (const stream of this.#streams) stream.destroy();
  }

  // Running somebody else's commands as the connector's own account would hand that account to everybody.
  #checkAccount(): void {
    const { username } = userInfo();
    if (this.#options.account === username) return;
    throw new ConnectorError(
      'sign-in-refused',
      `The site ${this.#options.site} is this machine, where commands run as ${username} only, not as ${this.#options.account}.`,
    );
  }
}

import type { Duplex } from 'node:stream';
import type { BackoffPolicy } from '../backoff.js';
import { ConnectorError } from '../connector-error.js';
import type { ConnectorLogger } from '../connector-logger.js';
import { quoteCommand } from '../shell-quote.js';
import type { Slots } from '../slots.js';
import { checkWay } from '../ssh/check-way.js';
import { LoginNodes } from '../ssh/login-nodes.js';
import { watchForOutage } from '../ssh/outage-watch.js';
import type { PortProbe } from '../ssh/port-probe.js';
import type { SshWay } from '../ssh/ssh-hop.js';
import type { SshLink } from '../ssh/ssh-link.js';
import { type CommandLimits, CommandRunner } from './command-runner.js';
import { KeptConnection } from './kept-connection.js';
import type { RunningProcess } from './running-process.js';
import type { CheckReport, Command, CommandResult, ConnectionStatus, Transport } from './transport.js';

/** Bounds of the connections of one identity to one site. */
export interface SshLimits {
  /** Streams on one connection; sshd's limit of open files (1024) ends it at about 1000. */
  streamsPerConnection: number;
  /** A connection that nobody used for so long is closed. */
  idleCloseMs: number;
  /** How often idle connections are looked for. */
  sweepEveryMs: number;
  backoff: BackoffPolicy;
}

/** Settings of an `SshTransport`. */
export interface SshTransportOptions {
  account: string;
  way: SshWay;
  commands: CommandLimits;
  limits: SshLimits;
  /** How many identities may be connecting to the site at a time (sshd drops many at once: MaxStartups). */
  connectSlots: Slots;
  /** Asks whether the site can be reached, for all its identities. */
  probe: PortProbe;
  /** Told whenever a connection is there again that had been lost or had failed. */
  onBack: () => void;
  log: ConnectorLogger;
}

const NETWORK_IS_BACK = 'the network was away, and this connection did not come back with it';

/** One SSH connection with the streams that go through it. */
interface Lane {
  kept: KeptConnection<SshLink>;
  streams: number;
}

/** A site reached by SSH: one kept connection for commands and streams, and further ones only when its channels run out. */
export class SshTransport implements Transport {
  readonly #options: SshTransportOptions;
  readonly #runner: CommandRunner;
  readonly #nodes: LoginNodes;
  readonly #main: Lane;
  readonly #extra = new Set<Lane>();
  readonly #sweep: NodeJS.Timeout;
  #holds = 0;
  #usedAt = 0;

  constructor(options: SshTransportOptions) {
    this.#options = options;
    this.#nodes = new LoginNodes(options.way, options.log);
    this.#runner = new CommandRunner(options.way.site, options.commands, (argv, signal) => this.#start(argv, signal));
    this.#main = this.#makeLane(() => this.#isWanted());
    this.#sweep = setInterval(() => this.#closeIdle(), options.limits.sweepEveryMs).unref();
  }

  get site(): string {
    return this.#options.way.site;
  }

  run(command: Command, signal: AbortSignal): Promise<CommandResult> {
    return this.#runner.run(command, signal);
  }

  async openStream(host: string, port: number, signal: AbortSignal): Promise<Duplex> {
    for (;;) {
      const stream = await this.#tryStream(this.#pickLane(), host, port, signal);
      if (stream) return stream;
    }
  }

  hold(): () => void {
    this.#holds += 1;
    // Warm before the first stream comes; why it fails is in the status and in the log.
    this.#main.kept.link(AbortSignal.timeout(this.#options.way.connectTimeoutMs), 'none').catch(() => {});
    let held = true;
    return () => {
      if (held) this.#holds -= 1;
      held = false;
      this.#usedAt = performance.now();
    };
  }

  status(): ConnectionStatus {
    const { kept } = this.#main;
    const lanes = [this.#main, ...this.#extra];
    const { running, waiting } = this.#runner;
    return {
      site: this.#options.way.site,
      account: this.#options.account,
      state: kept.state,
      since: new Date(kept.since).toISOString(),
      host: (kept.current?.hop ?? this.#nodes.first)?.host,
      links: lanes.filter((lane) => lane.kept.current).length,
      channels: lanes.reduce((sum, lane) => sum + lane.streams, running),
      commandsRunning: running,
      commandsWaiting: waiting,
      reconnects: kept.reconnects,
      lastError: kept.lastError,
      nextTryAt: kept.nextTryAt === undefined ? undefined : new Date(kept.nextTryAt).toISOString(),
    };
  }

  async check(signal: AbortSignal): Promise<CheckReport> {
    const { way, account } = this.#options;
    const report = await checkWay(way, signal);
    if (report.steps.some(({ step, ok }) => step === 'command' && ok)) this.#main.kept.retryNow();
    return { site: way.site, account, ...report };
  }

  /** The site has been reached by somebody else: what waits for its next attempt makes it now. */
  hurry(): void {
    for (const { kept } of [this.#main, ...this.#extra]) {
      kept.hurry();
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#sweep);
    this.#runner.close();
    await Promise.all([this.#main, ...this.#extra].map((lane) => lane.kept.end()));
  }

  async #start(argv: readonly string[], signal: AbortSignal): Promise<RunningProcess> {
    const link = await this.#main.kept.link(signal, 'none');
    this.#usedAt = performance.now();
    try {
      return await link.exec(quoteCommand(argv), signal);
    } catch (error) {
      dropIfLost(this.#main.kept, link, error);
      throw error;
    }
  }

  /** A stream on this connection; none when the connection turned out to be lost, which is a reason to try again. */
  async #tryStream(lane: Lane, host: string, port: number, signal: AbortSignal): Promise<Duplex | undefined> {
    lane.streams += 1;
    let link: SshLink | undefined;
    try {
      link = await lane.kept.link(signal, 'wait');
      const stream = await link.forward(host, port, signal);
      stream.once('close', () => this.#leave(lane));
      return stream;
    } catch (error) {
      this.#leave(lane);
      if (link && !signal.aborted && dropIfLost(lane.kept, link, error)) return undefined;
      throw error;
    }
  }

  #leave(lane: Lane): void {
    lane.streams -= 1;
    this.#usedAt = performance.now();
  }

  // A stream that waits for a connection counts as well, so that a burst does not overfill one.
  #pickLane(): Lane {
    const { streamsPerConnection } = this.#options.limits;
    const free = [this.#main, ...this.#extra].find((lane) => lane.streams < streamsPerConnection);
    if (free) return free;
    const lane: Lane = this.#makeLane(() => lane.streams > 0);
    this.#extra.add(lane);
    return lane;
  }

  #makeLane(isWanted: () => boolean): Lane {
    const { way, account, limits, log, onBack } = this.#options;
    const title = `the SSH connection of ${account} to ${way.site}`;
    const kept: KeptConnection<SshLink> = new KeptConnection({
      title,
      connect: (signal) => this.#connect(signal, (link) => kept.drop(link, NETWORK_IS_BACK)),
      isWanted,
      backoff: limits.backoff,
      onBack,
      log,
    });
    return { kept, streams: 0 };
  }

  async #connect(signal: AbortSignal, giveUp: (link: SshLink) => void): Promise<SshLink> {
    const { connectSlots, probe, way } = this.#options;
    const giveBack = await connectSlots.take(signal);
    try {
      const link = await this.#nodes.connect(signal);
      void link.warmUp();
      const { host, port } = link.firstHop;
      watchForOutage(
        link,
        () => probe.ask(host, port, way.connectTimeoutMs),
        () => giveUp(link),
      );
      return link;
    } finally {
      giveBack();
    }
  }

  #isWanted(): boolean {
    if (this.#holds > 0 || this.#main.streams > 0) return true;
    if (this.#runner.running + this.#runner.waiting > 0) return true;
    return performance.now() - this.#usedAt < this.#options.limits.idleCloseMs;
  }

  #closeIdle(): void {
    this.#main.kept.closeIdle();
    for (const lane of this.#extra) {
      if (lane.streams > 0) continue;
      this.#extra.delete(lane);
      void lane.kept.end();
    }
  }
}

/** Whether the error says that the link is gone; then the next caller gets another one. */
function dropIfLost(kept: KeptConnection<SshLink>, link: SshLink, error: unknown): boolean {
  const lost = error instanceof ConnectorError && error.code === 'unreachable';
  if (lost) kept.drop(link, error.message);
  return lost;
}

import { constants, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import type { SharedConnection } from '../../open-connections.js';
import type { ProxyTimeouts } from '../../timeouts.js';
import type { Sweeper, Swept } from '../../upstream/sweeper.js';

interface ClientSessionOptions {
  timeouts: ProxyTimeouts;
  sweeper: Sweeper;
  /** A request has come. */
  onStream: (stream: ServerHttp2Stream, rawHeaders: readonly string[]) => void;
  /** The connection ends, and not as one should; `code`: Node's name for what was wrong, where it has one. */
  onBadEnd: (why: BadEnd, code?: string) => void;
}

/**
 * `protocol`: the client did not keep to HTTP/2. `nuisance`: it only made work. `silent`: it answers no ping.
 * `complaint`: it says that the proxy made an error.
 */
export type BadEnd = 'protocol' | 'nuisance' | 'silent' | 'complaint';

/**
 * What makes work and is no use, at once and for each second: requests that are reset before their answer (rapid
 * reset, CVE-2023-44487), pings, settings. A browser that leaves a page resets what it still waits for.
 */
const patience = 300;
const patiencePerSecond = 30;
/** How long a client may take to read that the connection ends. */
const farewellMs = 1_000;
/** A ping may wait behind much that a slow client has not read yet: so many times as long as the head of a request. */
const answersWithin = 4;
/** So often in the time for a head it is looked whether something has come, and then asked whether the session still lives. */
const looksIn = 6;
/** Of all streams together: what may be on its way at once. One stream of a far client would else be slow. */
const windowBytes = 1024 * 1024;

/** One connection of a client that speaks HTTP/2: how long it is kept, and how much of a nuisance it may be. */
export class ClientSession implements Swept, SharedConnection {
  #deadlineMs: number;
  readonly #session: ServerHttp2Session;
  readonly #socket: Socket;
  readonly #options: ClientSessionOptions;
  #openStreams = 0;
  /** What was written when the client was asked by a ping that it has not answered. */
  #asked: { bytesWritten: number; isChecked: boolean; untilMs: number } | undefined;
  #lastAskedMs: number;
  /** What had come when it was last known to be alive. */
  #bytesRead = 0;
  #isLeaving = false;
  #patience = patience;
  #patienceAtMs: number;

  constructor(session: ServerHttp2Session, socket: Socket, options: ClientSessionOptions) {
    const { sweeper, timeouts } = options;
    this.#session = session;
    this.#socket = socket;
    this.#options = options;
    this.#patienceAtMs = sweeper.nowMs;
    this.#lastAskedMs = sweeper.nowMs;
    this.#deadlineMs = sweeper.nowMs + timeouts.headersMs;
    session.setLocalWindowSize(windowBytes);
    session.on('error', this.#noteError); // 'close' follows
    session.on('frameError', ignore);
    session.on('ping', this.#losePatience);
    session.on('remoteSettings', this.#losePatience);
    session.on('stream', (stream: ServerHttp2Stream, _headers: unknown, _flags: number, rawHeaders?: string[]) => {
      this.#take(stream, rawHeaders ?? []);
    });
    session.once('close', this.#letGo);
    sweeper.watch(this);
    socket.once('close', () => sweeper.forget(this));
  }

  /** Node lets a session end without its socket, when the client does not close its half. */
  get deadlineMs(): number {
    return this.#session.destroyed && !this.#isLeaving ? 0 : this.#deadlineMs;
  }

  /** Kept for long enough without a request; or, with one, it is time to see whether anybody is there. */
  expire(): void {
    const { nowMs } = this.#options.sweeper;
    if (this.#isLeaving) this.destroy();
    else if (this.#session.destroyed || this.#openStreams === 0) this.#leave();
    else if (this.#isCut) this.destroy();
    else if (this.#asked === undefined) this.#askIfNeeded();
    else if (!this.#asked.isChecked && !this.#hasSent(this.#asked)) this.#giveUp('protocol');
    else if (nowMs >= this.#asked.untilMs) this.#giveUp('silent');
    else {
      this.#asked.isChecked = true;
      this.#deadlineMs = Math.min(this.#asked.untilMs, nowMs + this.#lookMs);
    }
  }

  #leave(): void {
    this.#isLeaving = true;
    this.#deadlineMs = this.#options.sweeper.nowMs + farewellMs;
    this.drain();
  }

  #giveUp(why: BadEnd): void {
    this.#options.onBadEnd(why);
    this.destroy();
  }

  drain(): void {
    if (!this.#session.closed && !this.#session.destroyed) this.#session.close();
  }

  destroy(): void {
    this.#session.destroy();
    this.#socket.destroy(); // the session would wait for the client to close its half
  }

  /**
   * nghttp2 may end a connection by itself (a frame of a wrong size, a head that cannot be unpacked): it says GOAWAY and
   * reads no more. Node does not tell, and would keep the socket for ever. Only what comes can break a connection.
   */
  #askIfNeeded(): void {
    const { sweeper, timeouts } = this.#options;
    const hasHeard = this.#socket.bytesRead !== this.#bytesRead;
    if (hasHeard || sweeper.nowMs >= this.#lastAskedMs + timeouts.headersMs) this.#ask();
    else this.#setDeadline();
  }

  /** A session that nghttp2 has ended keeps the ping to itself, although nothing stands in its way. */
  #hasSent({ bytesWritten }: { bytesWritten: number }): boolean {
    return this.#socket.bytesWritten !== bytesWritten || this.#handle?.writeQueueSize !== 0;
  }

  /** Node now and then misses that a connection was reset while something was being written. The kernel knows. */
  get #isCut(): boolean {
    return (this.#handle?.getpeername?.({}) ?? 0) < 0;
  }

  /** Of the socket; Node has no public way to these two. Where it should lack them, only the time for an answer counts. */
  get #handle(): { writeQueueSize?: number; getpeername?: (into: object) => number | undefined } | undefined {
    return (this.#socket as { _handle?: object })._handle;
  }

  get #lookMs(): number {
    return this.#options.timeouts.headersMs / looksIn;
  }

  #ask(): void {
    const { sweeper, timeouts } = this.#options;
    const { nowMs } = sweeper;
    const untilMs = nowMs + answersWithin * timeouts.headersMs;
    this.#lastAskedMs = nowMs;
    this.#asked = { bytesWritten: this.#socket.bytesWritten, isChecked: false, untilMs };
    this.#deadlineMs = nowMs; // at the next look the ping has gone out
    this.#session.ping((error) => {
      if (error !== null) return;
      this.#asked = undefined;
      this.#bytesRead = this.#socket.bytesRead;
      this.#setDeadline();
    });
  }

  #setDeadline(): void {
    if (this.#asked !== undefined) return;
    const { sweeper, timeouts } = this.#options;
    this.#deadlineMs = sweeper.nowMs + (this.#openStreams === 0 ? timeouts.idleMs : this.#lookMs);
  }

  #take(stream: ServerHttp2Stream, rawHeaders: readonly string[]): void {
    this.#openStreams += 1;
    this.#setDeadline();
    stream.on('error', ignore);
    stream.once('close', () => {
      this.#openStreams -= 1;
      this.#setDeadline();
      // A reset has a code, or comes before the answer has ended; Node ends the answer then by itself.
      if (stream.aborted || stream.rstCode !== constants.NGHTTP2_NO_ERROR) this.#losePatience();
    });
    const { silenceMs } = this.#options.timeouts;
    if (silenceMs > 0)
      stream.setTimeout(silenceMs, () => stream.destroy(new Error('Nothing has passed for too long.')));
    this.#options.onStream(stream, rawHeaders);
  }

  /**
   * Settings that the client has not acknowledged hold the session, and the error that a session ended with holds what
   * is behind it (by its stack, and that by the socket). Would the session hold its socket through this object, too,
   * then none of them could ever be freed.
   */
  readonly #letGo = (): void => {
    this.#session.removeAllListeners();
    this.#session.on('error', ignore);
  };

  readonly #noteError = ({ code = '' }: NodeJS.ErrnoException): void => {
    if (code === 'ERR_HTTP2_SESSION_ERROR') this.#options.onBadEnd('complaint');
    else if (code.startsWith('ERR_HTTP2')) this.#options.onBadEnd('protocol', code);
  };

  readonly #losePatience = (): void => {
    const { nowMs } = this.#options.sweeper;
    const regained = ((nowMs - this.#patienceAtMs) / 1000) * patiencePerSecond;
    this.#patience = Math.min(patience, this.#patience + regained) - 1;
    this.#patienceAtMs = nowMs;
    if (this.#patience > 0 || this.#session.destroyed) return;
    this.#options.onBadEnd('nuisance');
    this.#session.destroy(new Error('It only made work.'), constants.NGHTTP2_ENHANCE_YOUR_CALM);
  };
}

function ignore(): void {}

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
  /** The client was cut off because it only made work. */
  onNuisance: () => void;
}

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
/** Of all streams together: what may be on its way at once. One stream of a far client would else be slow. */
const windowBytes = 1024 * 1024;

/** One connection of a client that speaks HTTP/2: how long it is kept, and how much of a nuisance it may be. */
export class ClientSession implements Swept, SharedConnection {
  deadlineMs: number;
  readonly #session: ServerHttp2Session;
  readonly #socket: Socket;
  readonly #options: ClientSessionOptions;
  #openStreams = 0;
  #isAsking = false;
  #patience = patience;
  #patienceAtMs: number;

  constructor(session: ServerHttp2Session, socket: Socket, options: ClientSessionOptions) {
    const { sweeper, timeouts } = options;
    this.#session = session;
    this.#socket = socket;
    this.#options = options;
    this.#patienceAtMs = sweeper.nowMs;
    this.deadlineMs = sweeper.nowMs + timeouts.headersMs;
    session.setLocalWindowSize(windowBytes);
    session.on('error', ignore); // 'close' follows
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

  /** Kept for long enough without a request; or, with one, it is time to ask whether anybody is there. */
  expire(): void {
    if (this.#session.closed || this.#session.destroyed || this.#isAsking) this.destroy();
    else if (this.#openStreams > 0) this.#ask();
    else this.drain();
    if (!this.#isAsking) this.deadlineMs = this.#options.sweeper.nowMs + farewellMs;
  }

  drain(): void {
    if (!this.#session.closed) this.#session.close();
  }

  destroy(): void {
    this.#session.destroy();
    this.#socket.destroy(); // the session would wait for the client to close its half
  }

  /**
   * nghttp2 may end a connection by itself (a frame of a wrong size, a head that cannot be unpacked): it says GOAWAY and
   * reads no more. Node does not tell, and would keep the socket for ever. Such a connection answers no ping.
   */
  #ask(): void {
    const { sweeper, timeouts } = this.#options;
    this.#isAsking = true;
    this.deadlineMs = sweeper.nowMs + answersWithin * timeouts.headersMs;
    this.#session.ping((error) => {
      if (error !== null) return;
      this.#isAsking = false;
      this.#setDeadline();
    });
  }

  #setDeadline(): void {
    const { sweeper, timeouts } = this.#options;
    this.deadlineMs = sweeper.nowMs + (this.#openStreams === 0 ? timeouts.idleMs : timeouts.headersMs);
  }

  #take(stream: ServerHttp2Stream, rawHeaders: readonly string[]): void {
    this.#openStreams += 1;
    if (!this.#isAsking) this.#setDeadline();
    stream.on('error', ignore);
    stream.once('close', () => {
      this.#openStreams -= 1;
      if (!this.#isAsking) this.#setDeadline();
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

  readonly #losePatience = (): void => {
    const { nowMs } = this.#options.sweeper;
    const regained = ((nowMs - this.#patienceAtMs) / 1000) * patiencePerSecond;
    this.#patience = Math.min(patience, this.#patience + regained) - 1;
    this.#patienceAtMs = nowMs;
    if (this.#patience > 0 || this.#session.destroyed) return;
    this.#options.onNuisance();
    this.#session.destroy(new Error('It only made work.'), constants.NGHTTP2_ENHANCE_YOUR_CALM);
  };
}

function ignore(): void {}

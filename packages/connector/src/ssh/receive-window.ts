import type { ClientChannel } from 'ssh2';

/** Fields of ssh2 1.17.0 that its types do not show; a test on a real sshd guards them. */
interface ChannelInside {
  incoming: { window: number };
  outgoing: { id: number };
  _client: { _protocol: { channelWindowAdjust(channelId: number, bytes: number): void } };
}

const mebibyte = 1024 * 1024;
/** ssh2's own: with it a channel carries 2 MB in one to two round trips, whatever the network could do. */
const firstBytes = 2 * mebibyte;
/** 400 MB/s at 20 ms. */
const mostBytes = 8 * mebibyte;
/** Far more often than needed, so that the other side never waits. */
const adjustEveryBytes = 256 * 1024;
/** A reader that leaves no more than this has caught up. */
const mostUnreadBytes = 256 * 1024;
/**
 * A window is too small where it passes in a few round trips (with ssh2's own, of which it grants half at a time, in
 * two). Where it takes longer, the other side does not wait for us, and what it sent ahead would only be memory that has
 * left the processor's caches.
 */
const mostRoundTrips = 4;
/** What all channels together may be granted beyond ssh2's own window: it is memory when their readers stop. */
const mostExtraBytes = 64 * mebibyte;

let extraBytes = 0;

/**
 * Lets the other side of a channel send further ahead, step by step, as long as it is the way there and back that holds
 * it up (`roundTripMs`), and the reader catches up each time. What may still come and what has not been read are never
 * more together than what was granted before.
 */
export function widenReceiveWindow(channel: ClientChannel, roundTripMs: number): void {
  new ReceiveWindow(channel, roundTripMs).watch();
}

/**
 * Has nothing granted any more once the channel is to close. ssh2 goes on while the other side may still be sending; but
 * that side has done with the channel when it hears of the end, and may give its number to the next one, whose window
 * would grow without ssh2's knowledge. ssh2 drops what comes when it believes a window used up.
 */
export function sealWindowAtClose(channel: ClientChannel): void {
  const { incoming } = channel as unknown as ChannelInside;
  const close = channel.close.bind(channel);
  channel.close = () => {
    incoming.window = Number.MAX_SAFE_INTEGER; // so much that neither ssh2 nor `ReceiveWindow` sees a reason to grant more
    close();
  };
}

class ReceiveWindow {
  readonly #channel: ClientChannel;
  readonly #inside: ChannelInside;
  readonly #patienceMs: number;
  #size = firstBytes;
  /** Bytes that have come since then, without a pause. */
  #cameBytes = 0;
  #sinceMs = 0;
  #lastMs = 0;
  #isClosed = false;

  constructor(channel: ClientChannel, roundTripMs: number) {
    this.#patienceMs = mostRoundTrips * roundTripMs;
    this.#channel = channel;
    this.#inside = channel as unknown as ChannelInside;
  }

  watch(): void {
    const channel = this.#channel;
    const push = channel.push.bind(channel);
    // What has come is taken off the window before it is pushed, and ssh2 looks at the window only when it is half used.
    channel.push = (chunk: Buffer | null) => {
      const wantsMore = push(chunk);
      if (chunk !== null) this.#count(chunk.length);
      this.#adjust();
      return wantsMore;
    };
    const read = channel.read.bind(channel);
    // What comes in a burst waits to be read; once it is, nothing may come any more that would be a reason to look.
    channel.read = (bytes?: number) => {
      const chunk: unknown = read(bytes);
      this.#adjust();
      return chunk;
    };
    channel.once('close', () => {
      this.#isClosed = true;
      extraBytes -= this.#size - firstBytes;
    });
  }

  #adjust(): void {
    if (this.#isClosed) return; // what waited may still be read
    const { incoming, outgoing, _client } = this.#inside;
    const unreadBytes = this.#channel.readableLength;
    if (this.#cameBytes >= this.#size && unreadBytes <= mostUnreadBytes) this.#judge();
    const grant = this.#size - incoming.window - unreadBytes;
    if (this.#size === firstBytes || grant < adjustEveryBytes) return;
    incoming.window += grant;
    _client._protocol.channelWindowAdjust(outgoing.id, grant);
  }

  /** What comes after a pause belongs to something else. */
  #count(bytes: number): void {
    const nowMs = performance.now();
    if (nowMs - this.#lastMs > this.#patienceMs) this.#begin();
    this.#lastMs = nowMs;
    this.#cameBytes += bytes;
  }

  #begin(): void {
    this.#cameBytes = 0;
    this.#sinceMs = performance.now();
  }

  #judge(): void {
    const tookMs = performance.now() - this.#sinceMs;
    this.#begin();
    if (tookMs > this.#patienceMs) return;
    const size = Math.min(mostBytes, this.#size * 2);
    if (extraBytes + size - this.#size > mostExtraBytes) return;
    extraBytes += size - this.#size;
    this.#size = size;
  }
}

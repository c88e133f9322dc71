import type { ClientChannel } from 'ssh2';

/** Fields of ssh2 1.17.0 that its types do not show; a test on a real sshd guards them. */
interface ChannelInside {
  incoming: { window: number };
  outgoing: { id: number; state: string };
  _client: { _protocol: { channelWindowAdjust(channelId: number, bytes: number): void } };
}

const mebibyte = 1024 * 1024;
/** ssh2's own: with it a channel carries 2 MB in one to two round trips, whatever the network could do. */
const firstBytes = 2 * mebibyte;
/** 400 MB/s at 20 ms. */
const mostBytes = 8 * mebibyte;
/** Far more often than needed, so that the other side never waits. */
const adjustEveryBytes = 256 * 1024;
/** A reader that leaves more than this does not keep up. */
const mostUnreadBytes = 256 * 1024;
/** What all channels together may be granted beyond ssh2's own window: it is memory when their readers stop. */
const mostExtraBytes = 64 * mebibyte;

let extraBytes = 0;

/**
 * Lets the other side of a channel send further ahead, step by step, for as long as what comes is read at once. A reader
 * that does not keep up gets no more than what was granted before.
 */
export function widenReceiveWindow(channel: ClientChannel): void {
  new ReceiveWindow(channel).watch();
}

class ReceiveWindow {
  readonly #channel: ClientChannel;
  readonly #inside: ChannelInside;
  #size = firstBytes;
  #readSinceGrowth = 0;

  constructor(channel: ClientChannel) {
    this.#channel = channel;
    this.#inside = channel as unknown as ChannelInside;
  }

  watch(): void {
    const channel = this.#channel;
    const push = channel.push.bind(channel);
    // What has come is taken off the window before it is pushed, and ssh2 looks at the window only when it is half used.
    channel.push = (chunk: Buffer | null) => {
      const wantsMore = push(chunk);
      if (chunk === null || channel.readableLength > mostUnreadBytes) this.#readSinceGrowth = 0;
      else this.#takeRead(chunk.length);
      return wantsMore;
    };
    channel.once('close', () => {
      extraBytes -= this.#size - firstBytes;
      this.#size = firstBytes;
    });
  }

  #takeRead(bytes: number): void {
    const { incoming, outgoing, _client } = this.#inside;
    this.#readSinceGrowth += bytes;
    if (this.#readSinceGrowth >= this.#size) this.#grow();
    const grant = this.#size - incoming.window;
    if (this.#size === firstBytes || grant < adjustEveryBytes || outgoing.state === 'closed') return;
    incoming.window += grant;
    _client._protocol.channelWindowAdjust(outgoing.id, grant);
  }

  #grow(): void {
    this.#readSinceGrowth = 0;
    const size = Math.min(mostBytes, this.#size * 2);
    if (extraBytes + size - this.#size > mostExtraBytes) return;
    extraBytes += size - this.#size;
    this.#size = size;
  }
}

import type { PassThrough } from 'node:stream';

/** What a stream of one server's progress needs. */
export interface ProgressSource {
  /** The server as it is now, as it is sent; undefined when it is gone. */
  readonly read: () => Promise<{ readonly isEnded: boolean } | undefined>;
  /** Calls back after every change. @returns how to stop that */
  readonly onChange: (callback: () => void) => () => void;
  /** Told of a read that failed; the stream ends then, and the browser comes back by itself. */
  readonly onError: (error: unknown) => void;
}

const HEARTBEAT_MS = 15_000;
/** The browser comes back after this, so that somebody who signed out elsewhere sees nothing for longer. */
const LIFETIME_MS = 10 * 60_000;
/** How long a browser waits before it comes back. */
const RETRY_MS = 2_000;

/**
 * Writes a server's progress as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html):
 * one `snapshot` at once and one after each change, a comment now and then so that nobody in between takes the
 * connection for dead, and an end after the snapshot of a server that has ended. Changes that come faster than the
 * reader takes them are put together: it always gets the newest state, never a queue of old ones. A change of which
 * the reader would see nothing is not written.
 */
export function streamProgress(
  stream: PassThrough,
  source: ProgressSource,
  times = { heartbeatMs: HEARTBEAT_MS, lifetimeMs: LIFETIME_MS },
): void {
  let isReading = false;
  let isDue = false;
  let written = '';
  const stopListening = source.onChange(() => void send());
  const heartbeat = setInterval(beat, times.heartbeatMs);
  const lifetime = setTimeout(() => stream.end(), times.lifetimeMs);
  stream.once('close', () => {
    stopListening();
    clearInterval(heartbeat);
    clearTimeout(lifetime);
  });
  stream.on('drain', () => isDue && void send());
  stream.write(`retry: ${RETRY_MS}\n\n`);
  void send();

  function beat(): void {
    if (stream.writable && !stream.writableNeedDrain) {
      stream.write(': alive\n\n');
    }
  }

  async function send(): Promise<void> {
    isDue = true;
    if (isReading || stream.writableNeedDrain) {
      return;
    }
    isReading = true;
    while (isDue && stream.writable && !stream.writableNeedDrain) {
      isDue = false;
      await writeSnapshot();
    }
    isReading = false;
  }

  async function writeSnapshot(): Promise<void> {
    try {
      const view = await source.read();
      if (!stream.writable) {
        return;
      }
      const news = view === undefined ? written : JSON.stringify(view);
      if (news !== written) {
        stream.write(`event: snapshot\ndata: ${news}\n\n`);
        written = news;
      }
      if (view === undefined || view.isEnded) {
        stream.end();
      }
    } catch (error) {
      source.onError(error);
      stream.end();
    }
  }
}

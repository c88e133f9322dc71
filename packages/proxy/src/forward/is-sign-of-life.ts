/** A whole ping or pong, as the first byte of its frame says it (RFC 6455, 5.2 and 5.5). */
const PING = 0x89;
const PONG = 0x8a;
const LONGEST = 125;
const MASKED = 0x80;
const MASK_BYTES = 4;

/**
 * Whether what came over a WebSocket is nothing but pings and pongs: both ends send them for as long as they are
 * connected, whether anybody is there or not. Looks at the bytes alone; a frame that came in two pieces is data.
 */
export function isSignOfLife(bytes: Buffer): boolean {
  let at = 0;
  while (at + 1 < bytes.length) {
    const first = bytes[at];
    if (first !== PING && first !== PONG) return false;
    const second = bytes[at + 1] ?? 0;
    const length = second & ~MASKED;
    if (length > LONGEST) return false;
    at += 2 + length + (second >= MASKED ? MASK_BYTES : 0);
  }
  return at > 0 && at === bytes.length;
}

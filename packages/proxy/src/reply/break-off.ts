import { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { ClientAnswer } from '../client-exchange.js';

/**
 * Ends an answer in the middle so that the client can tell it from a finished one. Closing the connection does that
 * where the length was announced or the body is chunked. To HTTP/1.0 the end of the connection is the end of the body
 * (RFC 9112, 6.3): there only a reset says that something is missing. Of HTTP/2 the one stream is reset.
 */
export function breakOff(response: ClientAnswer): void {
  process.nextTick(() => endNow(response)); // Node sends what has just been written at the end of this turn
}

function endNow(response: ClientAnswer): void {
  const { socket, req } = response;
  if (
    req.httpVersion === '1.0' &&
    socket instanceof Socket &&
    !(socket instanceof TLSSocket) &&
    socket.remoteAddress !== undefined
  ) {
    socket.resetAndDestroy();
    return;
  }
  response.destroy();
}

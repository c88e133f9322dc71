import type { ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/**
 * Ends an answer in the middle so that the client can tell it from a finished one. Closing the connection does that
 * where the length was announced or the body is chunked. To HTTP/1.0 the end of the connection is the end of the body
 * (RFC 9112, 6.3): there only a reset says that something is missing.
 */
export function breakOff(response: ServerResponse): void {
  process.nextTick(() => endNow(response)); // Node sends what has just been written at the end of this turn
}

function endNow(response: ServerResponse): void {
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

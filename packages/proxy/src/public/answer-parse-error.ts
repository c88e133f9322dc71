import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { OpenConnections } from '../open-connections.js';
import { ProxyError } from '../proxy-error.js';
import { ownHeaders } from '../reply/reply.js';

/** For a head that is larger than the limit. */
export function headTooLarge(headerBytes: number): ProxyError {
  return new ProxyError(
    'headers-too-large',
    `The head of the request is larger than ${headerBytes} bytes. If a browser says this, too many cookies may be the reason: delete those of this site.`,
  );
}

function readParseError(code: string | undefined, headerBytes: number): ProxyError {
  if (code === 'HPE_HEADER_OVERFLOW') return headTooLarge(headerBytes);
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new ProxyError('header-timed-out', 'The head of the request did not arrive in time.');
  }
  return new ProxyError('bad-request', 'The request is not HTTP.');
}

/**
 * What becomes of a connection whose bytes are not HTTP: a last answer where none has begun, else just the end; text in
 * the middle of another answer would be taken for a part of it. Returns the status of the answer.
 */
export function answerParseError(
  error: Error & { code?: string },
  socket: Duplex,
  { connections, headerBytes }: { connections: OpenConnections; headerBytes: number },
): number | undefined {
  if (error.code === 'ECONNRESET' || !socket.writable || connections.isAnswering(socket)) {
    socket.destroy();
    return undefined;
  }
  const { code, status, message } = readParseError(error.code, headerBytes);
  const body = JSON.stringify({ error: { code, message } });
  const headers = { ...ownHeaders, Connection: 'close', 'Content-Type': 'application/json' };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}Content-Length: ${body.length}\r\n\r\n${body}`,
    () => socket.destroy(),
  );
  return status;
}

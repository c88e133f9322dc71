import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { ProxyError } from '../proxy-error.js';
import { ownHeaders } from '../reply/reply.js';

/** For a head that is larger than the limit. */
export function headTooLarge(headerBytes: number): ProxyError {
  return new ProxyError(
    'headers-too-large',
    `The head of the request is larger than ${headerBytes} bytes. If a browser says this, too many cookies may be the reason: delete those of this site.`,
  );
}

/**
 * What becomes of a connection whose bytes are not HTTP: a last answer where none has begun, else just the end; text in
 * the middle of another answer would be taken for a part of it. Returns the status of the answer.
 */
export function answerParseError(error: ProxyError, socket: Socket, isAnswering: boolean): number | undefined {
  if (!socket.writable || isAnswering) {
    socket.destroy();
    return undefined;
  }
  const { code, status, message } = error;
  const body = JSON.stringify({ error: { code, message } });
  const headers = { ...ownHeaders, Connection: 'close', 'Content-Type': 'application/json' };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}Content-Length: ${body.length}\r\n\r\n${body}`,
    () => socket.destroy(),
  );
  return status;
}

import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { OpenConnections } from '../open-connections.js';
import { ProxyError, type ProxyErrorCode } from '../proxy-error.js';
import { ownHeaders } from '../reply/reply.js';

const codeOfParseError: Readonly<Record<string, ProxyErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'header-timed-out',
};

const messages: Partial<Record<ProxyErrorCode, string>> = {
  'headers-too-large': 'The headers of the request are too large.',
  'header-timed-out': 'The head of the request did not arrive in time.',
  'bad-request': 'The request is not HTTP.',
};

/**
 * What becomes of a connection whose bytes are not HTTP: a last answer where none has begun, else just the end; text in
 * the middle of another answer would be taken for a part of it.
 */
export function answerParseError(error: Error & { code?: string }, socket: Duplex, connections: OpenConnections): void {
  if (error.code === 'ECONNRESET' || !socket.writable || connections.isAnswering(socket)) {
    socket.destroy();
    return;
  }
  const code = codeOfParseError[error.code ?? ''] ?? 'bad-request';
  const { status, message } = new ProxyError(code, messages[code] ?? code);
  const body = JSON.stringify({ error: { code, message } });
  const headers = { ...ownHeaders, Connection: 'close', 'Content-Type': 'application/json' };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}Content-Length: ${body.length}\r\n\r\n${body}`,
    () => socket.destroy(),
  );
}

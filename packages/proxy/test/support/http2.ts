import { once } from 'node:events';
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
  type OutgoingHttpHeaders,
  type Settings,
} from 'node:http2';
import { onTestFinished } from 'vitest';
import { authority } from './start-command.js';

export interface Http2Answer {
  status: number;
  headers: IncomingHttpHeaders & IncomingHttpStatusHeader;
  body: string;
  trailers: IncomingHttpHeaders;
  /** 0 when the stream ended well. */
  resetCode: number;
}

/** A connection as a browser opens it; ends with the test. */
export async function openHttp2(port: number, settings: Settings = {}): Promise<ClientHttp2Session> {
  const session = connect(`https://localhost:${port}`, { ca: authority, settings });
  session.on('error', () => {});
  onTestFinished(() => session.destroy());
  await once(session, 'remoteSettings');
  return session;
}

export const host = 'hub.example.org';

/** Begins a request; without a body it ends with its head. */
export function beginHttp2(
  session: ClientHttp2Session,
  headers: OutgoingHttpHeaders,
  endStream = true,
): ClientHttp2Stream {
  const stream = session.request({ ':authority': host, ...headers }, { endStream });
  stream.on('error', () => {});
  return stream;
}

/** What becomes of a request: the whole answer, or the code that its stream was reset with. */
export async function finishHttp2(stream: ClientHttp2Stream): Promise<Http2Answer> {
  const answer: Http2Answer = { status: 0, headers: {}, body: '', trailers: {}, resetCode: 0 };
  stream.on('response', (headers) => {
    answer.status = headers[':status'] ?? 0;
    answer.headers = headers;
  });
  stream.on('trailers', (trailers: IncomingHttpHeaders) => {
    answer.trailers = trailers;
  });
  stream.on('data', (bytes: Buffer) => {
    answer.body += bytes.toString('latin1');
  });
  await new Promise<void>((resolve) => stream.once('close', resolve));
  return { ...answer, resetCode: stream.rstCode ?? 0 };
}

/** One request with its whole answer. */
export async function askHttp2(
  session: ClientHttp2Session,
  path: string,
  { body, ...headers }: OutgoingHttpHeaders & { body?: string } = {},
): Promise<Http2Answer> {
  const stream = beginHttp2(session, { ':path': path, ...headers }, body === undefined);
  const answer = finishHttp2(stream);
  if (body !== undefined) stream.end(body);
  return answer;
}

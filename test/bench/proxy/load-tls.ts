import { once } from 'node:events';
import {
  type ClientHttp2Session,
  connect as connectHttp2,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
} from 'node:http2';
import { connect, type TLSSocket } from 'node:tls';
import type { Done } from './load.js';

/** The certificate is one of the tests; who is at the other end is known. */
const unchecked = { rejectUnauthorized: false };
/** So that the client's windows are not what is measured. */
const windowBytes = 16 * 1024 * 1024;

/** A connection over TLS on which HTTP/1.1 is spoken. */
export async function openTlsSocket(port: number): Promise<TLSSocket> {
  const socket = connect({ port, host: '127.0.0.1', ...unchecked }).setNoDelay();
  await once(socket, 'secureConnect');
  return socket;
}

async function openSession(port: number): Promise<ClientHttp2Session> {
  const session = connectHttp2(`https://127.0.0.1:${port}`, {
    ...unchecked,
    settings: { initialWindowSize: windowBytes, enablePush: false },
  });
  await once(session, 'remoteSettings');
  session.setLocalWindowSize(windowBytes);
  return session;
}

/**
 * Asks for `path` over and over with HTTP/2, on connections that each have so many requests under way; counts whole
 * answers.
 */
export async function loadStreams(
  port: number,
  path: string,
  { connections, streams }: { connections: number; streams: number },
  ms: number,
): Promise<Done> {
  const sessions = await Promise.all(Array.from({ length: connections }, () => openSession(port)));
  let count = 0;
  const start = performance.now();
  const failed = new Promise<never>((_resolve, reject) => {
    const ask = (session: ClientHttp2Session): void => {
      askOnce(session, path, reject, () => {
        count += 1;
        ask(session);
      });
    };
    for (const session of sessions) {
      session.once('error', reject);
      session.once('close', () => reject(new Error('the proxy closed a connection')));
      for (let index = 0; index < streams; index += 1) ask(session);
    }
  });
  try {
    await Promise.race([failed, new Promise((resolve) => setTimeout(resolve, ms))]);
    return { count, seconds: (performance.now() - start) / 1000 };
  } finally {
    failed.catch(() => {});
    for (const session of sessions) session.destroy();
  }
}

function askOnce(session: ClientHttp2Session, path: string, onError: (error: Error) => void, onDone: () => void): void {
  if (session.destroyed) return;
  const stream = session.request({ ':path': path });
  let promised: number | undefined;
  let came = 0;
  stream.on('error', onError);
  stream.once('response', (headers: IncomingHttpHeaders & IncomingHttpStatusHeader) => {
    if (headers[':status'] === 200) promised = Number(headers['content-length']);
  });
  stream.on('data', (bytes: Buffer) => {
    came += bytes.length; // some of it may come before the event of the head
  });
  stream.once('end', () => {
    if (came === promised) onDone();
    else onError(new Error(`not a whole answer: ${came} of ${promised} bytes`));
  });
}

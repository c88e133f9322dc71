import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createRawServer, type ListenOptions, type Server as RawServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Seen {
  method: string;
  url: string;
  headers: [string, string][];
  body: string;
  trailers: string[];
}

export interface Backend {
  server: Server;
  target: string;
  /** Every request, in the order in which its body was complete. */
  seen: Seen[];
  /** How many connections were ever accepted. */
  connections: number;
}

const answerOk: RequestListener = (_request, response) => void response.end('ok');

/** A real HTTP server that keeps what it saw; ends with the test. */
export async function startBackend(
  answer: RequestListener = answerOk,
  where: ListenOptions = { port: 0 },
): Promise<Backend> {
  const server = createServer({ keepAliveTimeout: 60_000, maxHeaderSize: 256 * 1024 });
  const backend: Backend = { server, target: '', seen: [], connections: 0 };
  server.on('connection', () => {
    backend.connections += 1;
  });
  server.on('request', (request, response) => {
    keepRequest(request, backend.seen);
    answer(request, response);
  });
  backend.target = await open(server, where);
  onTestFinished(() => server.closeAllConnections());
  return backend;
}

function keepRequest(request: IncomingMessage, seen: Seen[]): void {
  const entry: Seen = { method: request.method ?? '', url: request.url ?? '', headers: [], body: '', trailers: [] };
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    entry.headers.push([request.rawHeaders[index] ?? '', request.rawHeaders[index + 1] ?? '']);
  }
  request.on('data', (chunk) => {
    if (entry.body.length < 10_000) entry.body += chunk;
  });
  request.on('error', () => {});
  request.on('end', () => {
    entry.trailers = request.rawTrailers;
    seen.push(entry);
  });
}

/** A server that speaks bytes; `talk` gets every connection. Ends with the test. */
export async function startRawBackend(talk: (socket: Socket) => void): Promise<{ target: string; sockets: Socket[] }> {
  const sockets: Socket[] = [];
  const server = createRawServer((socket) => {
    socket.on('error', () => {});
    sockets.push(socket);
    talk(socket);
  });
  const target = await open(server, { port: 0 });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  return { target, sockets };
}

async function open(server: RawServer, where: ListenOptions): Promise<string> {
  await new Promise<void>((resolve) =>
    server.listen('path' in where ? where : { host: '127.0.0.1', ...where }, resolve),
  );
  onTestFinished(() => void server.close());
  const address = server.address();
  if (typeof address === 'string') return `unix+http://${encodeURIComponent(address)}`;
  return `http://127.0.0.1:${address?.port}`;
}

/** The values of one header, as a backend saw it. */
export function valuesOf(seen: Seen | undefined, name: string): string[] {
  return (seen?.headers ?? []).filter(([key]) => key.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
}

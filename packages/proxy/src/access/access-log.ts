import type { Socket } from 'node:net';
import type { ClientLine, ClientRequest } from '../client-exchange.js';
import type { Admission } from '../forward/admission.js';
import type { LineFile } from './line-file.js';

const mostPathLength = 1024;
const mostAgentLength = 256;

/**
 * One line of JSON for each request and each WebSocket, written when it is over. Of the address the path alone: a query
 * may hold a token. No other header than User-Agent.
 */
export class AccessLog {
  readonly #file: LineFile;
  /** Bytes of a connection that belong to what was over before; a stream of HTTP/2 carries but one request. */
  readonly #countedBytes = new WeakMap<ClientLine, { read: number; written: number }>();

  constructor(file: LineFile) {
    this.#file = file;
  }

  /** A request has come. Its line is written when `end` is called. */
  begin(request: ClientRequest, kind: 'http' | 'websocket'): AccessVisit {
    const { socket } = request; // a request that is over may have lost it
    return new AccessVisit(request, kind, (line) => this.#write(line, socket));
  }

  /** Bytes that were no request. */
  noteNonsense(socket: Socket, status: number): void {
    const line = { time: new Date().toISOString(), client: socket.remoteAddress ?? null, kind: 'none', status };
    this.#file.write(`${JSON.stringify(line)}\n`);
  }

  #write(line: object, socket: ClientLine): void {
    const { read, written } = this.#countedBytes.get(socket) ?? { read: 0, written: 0 };
    const now = { read: socket.bytesRead, written: socket.bytesWritten };
    this.#countedBytes.set(socket, now);
    const bytes = { bytes_in: now.read - read, bytes_out: now.written - written };
    this.#file.write(`${JSON.stringify({ ...line, ...bytes })}\n`);
  }
}

/** What is said of one request, or one WebSocket. */
export class AccessVisit {
  #route: string | null = null;
  #client: string | null;
  readonly #time = new Date();
  readonly #begunMs = performance.now();
  readonly #asked: object;
  readonly #agent: string | null;
  readonly #write: (line: object) => void;

  constructor(request: ClientRequest, kind: string, write: (line: object) => void) {
    this.#client = request.socket.remoteAddress ?? null;
    // The request itself is not kept: a WebSocket may be open for days.
    this.#asked = { kind, method: request.method, path: cutPath(request.url ?? '') };
    this.#agent = request.headers['user-agent']?.slice(0, mostAgentLength) ?? null;
    this.#write = write;
  }

  /** Now the route is known, and where the request came from by the word of trusted proxies. */
  admit({ route, client }: Pick<Admission, 'route' | 'client'>): void {
    this.#route = route.path.key;
    this.#client = client ?? null;
  }

  /** It is over; without a status nothing was answered. */
  end(status: number | undefined): void {
    this.#write({
      time: this.#time.toISOString(),
      client: this.#client,
      ...this.#asked,
      route: this.#route,
      status: status ?? null,
      ms: Math.round(performance.now() - this.#begunMs),
      user_agent: this.#agent,
    });
  }
}

/** Whatever is no path, `http://user:password@host/` say, is left out whole. */
function cutPath(url: string): string | null {
  return url.startsWith('/') ? (/^[^?#]*/.exec(url)?.[0].slice(0, mostPathLength) ?? null) : null;
}

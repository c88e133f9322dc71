import type { ServerResponse } from 'node:http';
import type { Server, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Server as TlsServer } from 'node:tls';

/** A connection that sees to its own requests. */
export interface SharedConnection {
  /** Takes no more of them, and ends with the last one. May be called again. */
  drain(): void;
  destroy(): void;
}

/**
 * The connections of an HTTP server and the answers that are not finished on them. Node's own list does not call a
 * connection idle on which nothing was ever asked, and cannot say what is being answered on one.
 */
export class OpenConnections {
  /** In the order in which they were asked for. */
  readonly #responses = new Map<Duplex, ServerResponse[]>();
  /** TLS connections that are not open yet, by the address of their peer: the socket of an open one is another object. */
  readonly #handshakes = new Map<string, Socket>();
  readonly #shared = new Map<Socket, SharedConnection>();

  constructor(server: Server) {
    const isSecure = server instanceof TlsServer;
    if (isSecure) server.on('connection', (socket: Socket) => this.#watchHandshake(socket));
    server.on(isSecure ? 'secureConnection' : 'connection', (socket: Socket) => {
      this.#handshakes.delete(nameOf(socket));
      this.#responses.set(socket, []);
      socket.once('close', () => this.#responses.delete(socket));
    });
    for (const event of ['request', 'checkContinue', 'checkExpectation']) {
      server.on(event, (_request: unknown, response: ServerResponse) => this.#add(response));
    }
  }

  /** Takes over a connection of this server that Node's server of HTTP/1 does not see to. */
  adopt(socket: Socket, connection: SharedConnection): void {
    this.#handshakes.delete(nameOf(socket));
    this.#responses.delete(socket);
    this.#shared.set(socket, connection);
    socket.once('close', () => this.#shared.delete(socket));
  }

  /** A connection that was upgraded is its new owner's to end. */
  release(socket: Socket): void {
    this.#shared.delete(socket);
  }

  closeIdle(): void {
    for (const connection of this.#shared.values()) connection.drain();
    for (const socket of this.#handshakes.values()) socket.destroy();
    for (const [socket, responses] of this.#responses) {
      if (responses.length === 0) socket.destroy();
    }
  }

  closeAll(): void {
    for (const connection of this.#shared.values()) connection.destroy();
    for (const socket of this.#responses.keys()) socket.destroy();
  }

  #watchHandshake(socket: Socket): void {
    const name = nameOf(socket);
    this.#handshakes.set(name, socket);
    socket.once('close', () => {
      if (this.#handshakes.get(name) === socket) this.#handshakes.delete(name);
    });
  }

  #add(response: ServerResponse): void {
    const responses = this.#responses.get(response.req.socket);
    if (responses === undefined) return;
    responses.push(response);
    response.on('close', () => void responses.splice(responses.indexOf(response), 1));
  }
}

function nameOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

import { ProxyError } from '../proxy-error.js';
import type { Target } from '../routes/target.js';
import { type Asker, Connection, type ConnectionOptions } from './connection.js';
import type { Upstream, UpstreamExchange, UpstreamHandler, UpstreamRequest } from './upstream.js';

/** How an `HttpUpstream` behaves: what all its connections have in common. */
export type HttpUpstreamOptions = Omit<ConnectionOptions, 'target' | 'onIdle' | 'onGone'>;

const mostIdleConnections = 64;

/** The connections to one target. The one that was used last is used next, so that the others can be let go. */
export class HttpUpstream implements Upstream {
  readonly #target: Target;
  readonly #options: HttpUpstreamOptions;
  readonly #all = new Set<Connection>();
  #idle: Connection[] = [];

  constructor(target: Target, options: HttpUpstreamOptions) {
    this.#target = target;
    this.#options = options;
  }

  send(request: UpstreamRequest, handler: UpstreamHandler): UpstreamExchange {
    return new Exchange(request, handler, this.#idle.pop() ?? this.#open(), this.#open);
  }

  close(): void {
    for (const connection of [...this.#all]) connection.destroy();
  }

  readonly #open = (): Connection => {
    const own = { target: this.#target, onIdle: this.#onIdle, onGone: this.#onGone };
    const connection = new Connection({ ...this.#options, ...own });
    this.#all.add(connection);
    return connection;
  };

  readonly #onIdle = (connection: Connection): void => {
    if (this.#idle.length < mostIdleConnections) this.#idle.push(connection);
    else connection.destroy();
  };

  readonly #onGone = (connection: Connection): void => {
    this.#all.delete(connection);
    const at = this.#idle.indexOf(connection);
    if (at >= 0) this.#idle.splice(at, 1);
  };
}

/** One request, with one retry for a kept connection that the target had closed. */
class Exchange implements UpstreamExchange, Asker {
  readonly request: UpstreamRequest;
  readonly handler: UpstreamHandler;
  readonly #openFresh: () => Connection;
  #connection: Connection;

  constructor(request: UpstreamRequest, handler: UpstreamHandler, connection: Connection, openFresh: () => Connection) {
    this.request = request;
    this.handler = handler;
    this.#openFresh = openFresh;
    this.#connection = connection;
    connection.send(this);
  }

  onLost(cause: Error, begun: boolean): void {
    if (this.#connection.isReused && this.request.repeatable && !begun) {
      this.#connection = this.#openFresh();
      this.#connection.send(this);
      return;
    }
    this.handler.onError(
      begun
        ? new ProxyError('bad-answer', 'The server broke off in the middle of the head of its answer.', { cause })
        : new ProxyError('target-away', 'The server does not answer at the moment.', { cause }),
    );
  }

  abort(): void {
    this.#connection.abort(this);
  }

  pause(): void {
    this.#connection.pause(this);
  }

  resume(): void {
    this.#connection.resume(this);
  }
}

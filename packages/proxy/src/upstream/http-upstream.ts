import http from 'node:http';
import https from 'node:https';
import type { Target } from '../routes/target.js';
import { HttpExchange } from './http-exchange.js';
import { keepSocketsClean } from './keep-sockets-clean.js';
import type { Upstream, UpstreamEvents, UpstreamExchange, UpstreamRequest } from './upstream.js';

/** How an `HttpUpstream` behaves. */
export interface HttpUpstreamOptions {
  /** How long a connection may take to be accepted. */
  connectMs: number;
  /** How long an idle connection is kept. */
  idleMs: number;
}

const mostIdleConnections = 64;
/** What one answer's header may take, in bytes. */
const maxHeaderSize = 64 * 1024;

/** The connections to one target, by Node's own client and its keep-alive agent. */
export class HttpUpstream implements Upstream {
  readonly #target: Target;
  readonly #options: HttpUpstreamOptions;
  readonly #agent: http.Agent;

  constructor(target: Target, options: HttpUpstreamOptions) {
    const { Agent } = target.secure ? https : http;
    this.#target = target;
    this.#options = options;
    this.#agent = keepSocketsClean(
      new Agent({
        keepAlive: true,
        keepAliveMsecs: 30_000,
        maxFreeSockets: mostIdleConnections,
        noDelay: true,
        timeout: options.idleMs,
      }),
    );
  }

  send(request: UpstreamRequest, events: UpstreamEvents): UpstreamExchange {
    const open = (fresh: boolean): http.ClientRequest => this.#open(request, fresh);
    return new HttpExchange({ request, events, open, secure: this.#target.secure, connectMs: this.#options.connectMs });
  }

  close(): void {
    this.#agent.destroy();
  }

  /** A `fresh` request gets a connection of its own, which ends with it. */
  #open(request: UpstreamRequest, fresh: boolean): http.ClientRequest {
    const { request: openRequest } = this.#target.secure ? https : http;
    return openRequest({
      ...this.#target.address,
      agent: fresh ? false : this.#agent,
      method: request.method,
      path: request.path,
      headers: request.headers,
      setHost: false,
      maxHeaderSize,
      insecureHTTPParser: false,
    });
  }
}

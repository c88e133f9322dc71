import { AddedHeaders } from '../headers/write-request-head.js';
import { type Member, Membership } from '../membership.js';
import type { AwayServer } from '../reply/error-page.js';
import type { Upstream } from '../upstream/upstream.js';
import type { GateRule, OwnRouteData, RouteBody } from './route-body.js';
import type { RoutePath } from './route-path.js';
import type { Target } from './target.js';

/** Who passed the gate, and by which session. */
export interface GateGrant {
  readonly server: string;
  readonly user: string;
  readonly session: string;
}

/** Something open on a route: a request that is being answered, a WebSocket. */
export interface RouteConnection extends Member {
  /** Nothing on a route without a gate. */
  readonly grant: GateGrant | undefined;
  /** Ends it at once, in both directions. */
  cut(): void;
}

interface RouteContent {
  juhub: OwnRouteData;
  data: Record<string, unknown>;
}

/** What has passed on a route since it was set with its target, or since the proxy was started. */
export interface RouteTraffic {
  requests: number;
  webSockets: number;
  /** Of bodies and WebSockets, without heads: from clients, and to them. */
  bytesIn: number;
  bytesOut: number;
}

/** A route in the listing of the admin API. */
export interface RouteEntry {
  target: string;
  /** ISO 8601, when data last passed. */
  last_activity: string;
  juhub: {
    gate?: GateRule;
    requestHeaders?: string[];
    page?: string;
    /** `open`: requests that are being answered, and open WebSockets. */
    traffic: RouteTraffic & { open: number };
  };
  [key: string]: unknown;
}

/** A browser asks again after a quarter of the time that the target has been away, within these bounds. */
const awayShare = 4;
const leastRetrySeconds = 2;
const mostRetrySeconds = 30;

/** One route: where it leads, who may pass, what is open on it. */
export class Route {
  readonly path: RoutePath;
  readonly target: Target;
  readonly upstream: Upstream;
  /** Plain numbers, so that counting costs nothing; whoever passes something on adds it. */
  readonly traffic: RouteTraffic = { requests: 0, webSockets: 0, bytesIn: 0, bytesOut: 0 };
  /** Since when the target does not answer, on the clock of `performance.now`; 0 while it does. */
  awaySinceMs = 0;
  readonly #connections = new Membership<RouteConnection>();
  #content: RouteContent;
  readonly #commonHeaders: Readonly<Record<string, string>>;
  #addedHeaders: AddedHeaders;
  #lastActivityMs = Date.now();

  constructor(path: RoutePath, target: Target, upstream: Upstream, content: RouteContent, commonHeaders = {}) {
    this.path = path;
    this.target = target;
    this.upstream = upstream;
    this.#content = content;
    this.#commonHeaders = commonHeaders;
    this.#addedHeaders = new AddedHeaders(content.juhub.requestHeaders ?? {}, commonHeaders);
  }

  get gate(): GateRule | undefined {
    return this.#content.juhub.gate;
  }

  /** What every request gets on its way. */
  get addedHeaders(): AddedHeaders {
    return this.#addedHeaders;
  }

  get lastActivityMs(): number {
    return this.#lastActivityMs;
  }

  /** How much is open on it. */
  get openCount(): number {
    return this.#connections.size;
  }

  /** Data passed. Costs a reading of the clock, so that it can be called for every chunk. */
  touch(): void {
    this.#lastActivityMs = Date.now();
  }

  /** The target did not answer. Returns when it is worth asking again: ever later, the longer it is away. */
  noteAway(): AwayServer {
    const nowMs = performance.now();
    if (this.awaySinceMs === 0) this.awaySinceMs = nowMs;
    const seconds = Math.round((nowMs - this.awaySinceMs) / 1000 / awayShare);
    return {
      retryAfterSeconds: Math.min(mostRetrySeconds, Math.max(leastRetrySeconds, seconds)),
      page: this.#content.juhub.page,
      isHub: this.path.segments.length === 0 && this.gate === undefined,
    };
  }

  /** Keeps hold of a connection until `untrack`. */
  track(connection: RouteConnection): void {
    this.#connections.join(connection);
  }

  untrack(connection: RouteConnection): void {
    this.#connections.leave(connection);
  }

  /** The same target with other terms: whoever would not be let in on the new terms is cut off. */
  update(content: RouteContent): void {
    this.#content = content;
    this.#addedHeaders = new AddedHeaders(content.juhub.requestHeaders ?? {}, this.#commonHeaders);
    for (const connection of this.#connections.list()) {
      if (!isStillAllowed(this.gate, connection.grant)) connection.cut();
    }
  }

  /** Cuts everything off: the server behind is gone, or is another one from now on. */
  close(): void {
    for (const connection of this.#connections.list()) connection.cut();
    this.upstream.close();
  }

  /** The body that sets this very route again, with its secrets: for the file of routes alone. */
  toBody(): RouteBody {
    const { juhub, data } = this.#content;
    return { ...data, target: this.target.href, ...(Object.keys(juhub).length === 0 ? {} : { juhub }) };
  }

  /** What the admin API shows: of the request headers only the names. */
  toJSON(): RouteEntry {
    const { juhub, data } = this.#content;
    const own: RouteEntry['juhub'] = { traffic: { ...this.traffic, open: this.openCount } };
    if (juhub.gate !== undefined) own.gate = juhub.gate;
    if (juhub.requestHeaders !== undefined) own.requestHeaders = Object.keys(juhub.requestHeaders);
    if (juhub.page !== undefined) own.page = juhub.page;
    return {
      ...data,
      target: this.target.href,
      last_activity: new Date(this.#lastActivityMs).toISOString(),
      juhub: own,
    };
  }
}

function isStillAllowed(gate: GateRule | undefined, grant: GateGrant | undefined): boolean {
  if (gate === undefined) return true;
  if (grant === undefined) return false;
  const { server, user, session } = grant;
  return gate.server === server && gate.user === user && gate.revokedSessions?.includes(session) !== true;
}

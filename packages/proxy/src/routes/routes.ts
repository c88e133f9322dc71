import { ProxyError } from '../proxy-error.js';
import type { Upstream } from '../upstream/upstream.js';
import type { RequestPath } from './request-path.js';
import { Route } from './route.js';
import { parseRouteBody } from './route-body.js';
import { parseRoutePath, type RoutePath } from './route-path.js';
import { RouteTable } from './route-table.js';
import { parseTarget, type Target } from './target.js';

interface RoutesOptions {
  createUpstream: (target: Target) => Upstream;
  /** Whether there is a key to check gate tokens with. */
  hasGate: boolean;
  /** Whether the first level of a route is a host name. */
  hostRouting?: boolean;
  /** What every request gets on its way, on whichever route. */
  commonHeaders?: Readonly<Record<string, string>>;
}

/** All routes, and what happens to what is open on them when they change. */
export class Routes {
  readonly #table = new RouteTable<Route>();
  readonly #options: RoutesOptions;
  #default: Route | undefined;

  constructor(options: RoutesOptions) {
    this.#options = options;
  }

  /**
   * Adds a route or puts it in the place of the one at the same path. With the same target the open connections and the
   * last activity stay, but whoever the new gate would refuse is cut off; with another target everything is cut off,
   * because there is another server behind it. Throws `bad-route` or `bad-target` and then changes nothing.
   */
  put(path: string, body: unknown): Route {
    const routePath = this.#parsePath(path);
    const { target: href, ...content } = parseRouteBody(body);
    if (routePath.host !== undefined) content.data.host = routePath.host;
    const target = parseTarget(href);
    if (content.juhub.gate !== undefined && !this.#options.hasGate) {
      throw new ProxyError('bad-route', 'This proxy has no gate key, so a gated route would let nobody pass.');
    }
    if (routePath.segments.length === 0) this.#default = undefined;
    const existing = this.#table.get(routePath.segments);
    if (existing?.target.href === href) {
      existing.update(content);
      return existing;
    }
    const route = new Route(
      routePath,
      target,
      this.#options.createUpstream(target),
      content,
      this.#options.commonHeaders,
    );
    this.#table.set(routePath.segments, route);
    existing?.close();
    return route;
  }

  /** Where whatever has no route of its own goes, until somebody sets a route at `/`. Throws `bad-target`. */
  putDefault(target: string): void {
    this.#default = this.put('/', { target });
  }

  /** Takes a route away and cuts off whatever is open on it; nothing where there is none. */
  remove(path: string): Route | undefined {
    const route = this.#table.delete(this.#parsePath(path).segments);
    route?.close();
    return route;
  }

  get(path: string): Route | undefined {
    return this.#table.get(this.#parsePath(path).segments);
  }

  get size(): number {
    return this.#table.size;
  }

  list(): Route[] {
    return [...this.#table.values()];
  }

  /** The routes that somebody has set: all but the one of `putDefault`. */
  listSet(): Route[] {
    return this.list().filter((route) => route !== this.#default);
  }

  /**
   * The route with the longest prefix, below the host where hosts are routed. Throws `no-route`, and `ambiguous-path`
   * when a laxer reader of the same path (`RequestPath.looseReadings`) would end on another route: then no target can
   * misunderstand where it was meant to go.
   */
  match(path: RequestPath, host: string | undefined): Route {
    const hostName = this.#options.hostRouting ? readHostName(host) : undefined;
    const route = this.#find(hostName, path.segments);
    if (path.looseReadings.some((segments) => this.#find(hostName, segments) !== route)) {
      throw new ProxyError(
        'ambiguous-path',
        'The address was refused: with its encoded or doubled slashes it could be meant for two different servers.',
      );
    }
    if (route === undefined) throw new ProxyError('no-route', 'There is nothing at this address.');
    return route;
  }

  close(): void {
    for (const route of this.list()) route.close();
  }

  #find(hostName: string | undefined, segments: readonly string[]): Route | undefined {
    return this.#table.match(hostName === undefined ? segments : [hostName, ...segments]);
  }

  #parsePath(path: string): RoutePath {
    return parseRoutePath(path, this.#options.hostRouting);
  }
}

/** Host names know no case (RFC 9110, 4.2.3). A request without one, which only HTTP/1.0 may send, has the root alone. */
function readHostName(host = ''): string {
  return host.replace(/:\d*$/, '').toLowerCase();
}

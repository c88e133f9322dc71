import { ProxyError } from '../proxy-error.js';
import type { Upstream } from '../upstream/upstream.js';
import type { RequestPath } from './request-path.js';
import { Route } from './route.js';
import { parseRouteBody } from './route-body.js';
import { parseRoutePath } from './route-path.js';
import { RouteTable } from './route-table.js';
import { parseTarget, type Target } from './target.js';

interface RoutesOptions {
  createUpstream: (target: Target) => Upstream;
  /** Whether there is a key to check gate tokens with. */
  hasGate: boolean;
}

/** All routes, and what happens to what is open on them when they change. */
export class Routes {
  readonly #table = new RouteTable<Route>();
  readonly #options: RoutesOptions;

  constructor(options: RoutesOptions) {
    this.#options = options;
  }

  /**
   * Adds a route or puts it in the place of the one at the same path. With the same target the open connections and the
   * last activity stay, but whoever the new gate would refuse is cut off; with another target everything is cut off,
   * because there is another server behind it. Throws `bad-route` or `bad-target` and then changes nothing.
   */
  put(path: string, body: unknown): Route {
    const routePath = parseRoutePath(path);
    const { target: href, ...content } = parseRouteBody(body);
    const target = parseTarget(href);
    if (content.juhub.gate !== undefined && !this.#options.hasGate) {
      throw new ProxyError('bad-route', 'This proxy has no gate key, so a gated route would let nobody pass.');
    }
    const existing = this.#table.get(routePath.segments);
    if (existing?.target.href === href) {
      existing.update(content);
      return existing;
    }
    const route = new Route(routePath, target, this.#options.createUpstream(target), content);
    this.#table.set(routePath.segments, route);
    existing?.close();
    return route;
  }

  /** Takes a route away and cuts off whatever is open on it; false where there is none. */
  remove(path: string): boolean {
    const route = this.#table.delete(parseRoutePath(path).segments);
    route?.close();
    return route !== undefined;
  }

  get(path: string): Route | undefined {
    return this.#table.get(parseRoutePath(path).segments);
  }

  list(): Route[] {
    return [...this.#table.values()];
  }

  /**
   * The route with the longest prefix. Throws `no-route`, and `ambiguous-path` when a laxer reader of the same path
   * (`RequestPath.looseReadings`) would end on another route: then no target can misunderstand where it was meant to go.
   */
  match(path: RequestPath): Route {
    const route = this.#table.match(path.segments);
    if (path.looseReadings.some((segments) => this.#table.match(segments) !== route)) {
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
}

import { type IncomingMessage, request as openRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod';
import { ProxyError } from '../proxy-error.js';
import type { RouteEntry } from '../routes/route.js';
import type { RouteBody } from '../routes/route-body.js';

/** Where a proxy's admin API is, and the token for it. */
export type ProxyClientOptions = ({ socketPath: string } | { url: string }) & {
  token: string;
  /** How long one call may take; 10 s if not set. */
  timeoutMs?: number;
};

interface Answer {
  status: number;
  body: string;
}

/**
 * Speaks to the admin API of a proxy. Paths are decoded ones: `/user/zoë/default/`. Every call throws `ProxyError`:
 * `proxy-away` (transient) when nobody answers in time, `proxy-refused` with the proxy's own words when it says no.
 */
export class ProxyClient {
  readonly #options: ProxyClientOptions;

  constructor(options: ProxyClientOptions) {
    this.#options = options;
  }

  /** Adds a route, or replaces the one at the same path (see `Routes.put` for what stays open). */
  async addRoute(path: string, route: RouteBody): Promise<void> {
    const answer = await this.#call('POST', toSpec(path), JSON.stringify(route));
    if (answer.status !== 201) throw describeRefusal(answer);
  }

  /** Takes a route away and cuts off what is open on it; false where there was none. */
  async deleteRoute(path: string): Promise<boolean> {
    const answer = await this.#call('DELETE', toSpec(path));
    if (answer.status === 404) return false;
    if (answer.status !== 204) throw describeRefusal(answer);
    return true;
  }

  /** All routes by path (`/user/zoë/default`, no slash at the end), or only those idle since a time. */
  async listRoutes(filter?: { inactiveSince: Date }): Promise<Record<string, RouteEntry>> {
    const query = filter === undefined ? '' : `?inactiveSince=${filter.inactiveSince.toISOString()}`;
    const answer = await this.#call('GET', `/api/routes${query}`);
    if (answer.status !== 200) throw describeRefusal(answer);
    return parseAnswer(answer) as Record<string, RouteEntry>;
  }

  /** One route; nothing where there is none. */
  async getRoute(path: string): Promise<RouteEntry | undefined> {
    const spec = toSpec(path);
    if (spec === '/api/routes/') return (await this.listRoutes())['/'];
    const answer = await this.#call('GET', spec);
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) throw describeRefusal(answer);
    return parseAnswer(answer) as RouteEntry;
  }

  /** Resolves when the proxy answers. */
  async health(): Promise<void> {
    const answer = await this.#call('GET', '/_chp_healthz');
    if (answer.status !== 200) throw describeRefusal(answer);
  }

  async #call(method: string, path: string, body = ''): Promise<Answer> {
    const { token, timeoutMs = 10_000 } = this.#options;
    const address = 'url' in this.#options ? readAddress(this.#options.url) : { socketPath: this.#options.socketPath };
    try {
      const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
        const headers = { authorization: `token ${token}`, 'content-length': Buffer.byteLength(body) };
        const signal = AbortSignal.timeout(timeoutMs);
        openRequest({ ...address, method, path, headers, signal, agent: false }, resolve)
          .once('error', reject)
          .end(body);
      });
      return { status: incoming.statusCode ?? 0, body: await text(incoming) };
    } catch (cause) {
      throw new ProxyError('proxy-away', 'The proxy does not answer; is it running?', { cause });
    }
  }
}

function readAddress(url: string): { host: string; port: string } {
  const { hostname, port } = new URL(url);
  return { host: hostname.replace(/^\[(.*)\]$/, '$1'), port };
}

function toSpec(path: string): string {
  const names = path.split('/').filter((name) => name !== '');
  return `/api/routes/${names.map(encodeURIComponent).join('/')}`;
}

function parseAnswer({ body }: Answer): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new ProxyError('proxy-refused', 'The proxy gave an answer that is not JSON.', { cause });
  }
}

const refusalSchema = z.object({ error: z.object({ message: z.string() }) });

function describeRefusal(answer: Answer): ProxyError {
  const refusal = refusalSchema.safeParse(parseAnswer(answer));
  const reason = refusal.data?.error.message ?? 'without a reason';
  return new ProxyError('proxy-refused', `The proxy refused (${answer.status}): ${reason}`);
}

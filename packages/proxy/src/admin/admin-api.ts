import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { TlsOptions } from 'node:tls';
import type { RouteJournal } from '../kept/route-journal.js';
import type { ProxyMetrics } from '../metrics/proxy-metrics.js';
import { ProxyError } from '../proxy-error.js';
import type { ProxyLogger } from '../proxy-logger.js';
import { replyError, replyJson } from '../reply/reply.js';
import type { Route } from '../routes/route.js';
import type { Routes } from '../routes/routes.js';

interface AdminServerOptions {
  routes: Routes;
  /** Where routes are kept; a change is answered when it is in there. */
  journal: RouteJournal | undefined;
  /** Whoever has it may do everything. */
  token: string;
  /** With it the server speaks HTTPS. */
  tls: TlsOptions | undefined;
  metrics: ProxyMetrics;
  log: ProxyLogger;
}

const mostBodyBytes = 1024 * 1024;
const routesPath = /^\/api\/routes(\/.*)?$/;

/**
 * The REST API of configurable-http-proxy: `GET /api/routes[?inactiveSince=ISO8601]`, and `GET`, `POST`, `DELETE
 * /api/routes/SPEC`, all with `Authorization: token T`; `GET /_chp_healthz` without. Where configurable-http-proxy
 * tells more to a caller without the token (404, 405, whether a body is JSON), this says 403 first.
 */
export function createAdminServer(options: AdminServerOptions): Server {
  const take: RequestListener = (request, response) => {
    response.once('finish', () => options.metrics.countApiAnswer(response.statusCode));
    answer(request, response, options).catch((reason: unknown) => {
      const error = ProxyError.from(reason);
      if (error.code === 'internal') options.log.error({ cause: error.causeMessage }, error.message);
      replyError(request, response, error);
    });
  };
  const settings = { requireHostHeader: false };
  return options.tls ? createTlsServer({ ...settings, ...options.tls }, take) : createServer(settings, take);
}

async function answer(request: IncomingMessage, response: ServerResponse, options: AdminServerOptions): Promise<void> {
  const [pathname = '', query = ''] = splitOnce(request.url ?? '', '?');
  if (pathname === '/_chp_healthz') {
    replyJson(response, 200, { status: 'OK' });
    return;
  }
  if (!isTokenRight(request.headers.authorization, options.token)) {
    throw new ProxyError('wrong-token', 'The admin API needs `Authorization: token …` with the right token.');
  }
  const match = routesPath.exec(pathname);
  if (match === null) throw new ProxyError('not-found', 'The admin API has /api/routes and /_chp_healthz only.');
  const path = decodeSpec(match[1] ?? '/');
  switch (request.method) {
    case 'GET':
      if (path === '/') listRoutes(response, query, options.routes);
      else getRoute(response, path, options.routes);
      break;
    case 'POST':
      await postRoute(request, response, path, options);
      break;
    case 'DELETE':
      await deleteRoute(response, path, options);
      break;
    default:
      throw new ProxyError('method-not-allowed', 'Routes know GET, POST and DELETE.');
  }
  options.metrics.countRouteCall(request.method);
}

function listRoutes(response: ServerResponse, query: string, routes: Routes): void {
  const parameters = new URLSearchParams(query);
  const since = parameters.get('inactiveSince') || parameters.get('inactive_since');
  let listed: Route[] = routes.list();
  if (since) {
    const sinceMs = Date.parse(since);
    if (!Number.isFinite(sinceMs)) {
      throw new ProxyError('bad-request', `Invalid datestamp '${since}' must be ISO8601.`);
    }
    listed = listed.filter((route) => route.lastActivityMs < sinceMs);
  }
  replyJson(response, 200, Object.fromEntries(listed.map((route) => [route.path.key, route])));
}

function getRoute(response: ServerResponse, path: string, routes: Routes): void {
  const route = routes.get(path);
  if (route === undefined) throw new ProxyError('not-found', 'There is no route at this path.');
  replyJson(response, 200, route);
}

async function postRoute(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  { routes, journal, log }: AdminServerOptions,
): Promise<void> {
  const route = routes.put(path, parseJson(await readBody(request)));
  log.info({ route: route.path.key, target: route.target.href, gated: route.gate !== undefined }, 'Route set');
  await journal?.set(route);
  response.writeHead(201).end();
}

async function deleteRoute(
  response: ServerResponse,
  path: string,
  { routes, journal, log }: AdminServerOptions,
): Promise<void> {
  const route = routes.remove(path);
  if (route === undefined) throw new ProxyError('not-found', 'There is no route at this path.');
  log.info({ route: path }, 'Route removed');
  await journal?.remove(route.path.key);
  response.writeHead(204).end();
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBodyBytes) throw new ProxyError('body-too-large', 'The body of a route may be 1 MiB at most.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not as the cause: the parser's message repeats a part of the body, which may hold a secret.
    throw new ProxyError('bad-route', 'Body not valid JSON');
  }
}

function decodeSpec(spec: string): string {
  try {
    return decodeURIComponent(spec);
  } catch (cause) {
    throw new ProxyError('bad-route', 'The path of the route is not well percent-encoded.', { cause });
  }
}

/** Compared as digests, so that the time taken tells neither the length nor the first difference. */
function isTokenRight(authorization: string | undefined, token: string): boolean {
  const given = /^token +(\S+)$/i.exec(authorization?.trim() ?? '')?.[1];
  return given !== undefined && timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}

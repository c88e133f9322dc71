import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { ConnectorError, type ConnectorErrorCode } from '../connector-error.js';
import type { ConnectorLogger } from '../connector-logger.js';
import type { Transports } from '../transport/transports.js';
import type { Tunnels } from '../tunnel/tunnels.js';
import {
  type ConnectorHealth,
  checkRequestSchema,
  commandRequestSchema,
  endpointSchema,
  tunnelNameSchema,
} from './api-shapes.js';
import { checkShape, readBody } from './read-body.js';

/** What the API acts on. */
export interface ConnectorApiParts {
  transports: Transports;
  tunnels: Tunnels;
  log: ConnectorLogger;
}

interface Exchange {
  parts: ConnectorApiParts;
  request: IncomingMessage;
  /** Aborted when the caller takes the request back. */
  signal: AbortSignal;
  /** The last level of the path: a tunnel's name. */
  name: string;
}

type Handler = (exchange: Exchange) => unknown;

const statusOfCode: Partial<Record<ConnectorErrorCode, number>> = {
  'bad-request': 400,
  'unknown-site': 404,
  'unknown-tunnel': 404,
  'timed-out': 504,
  internal: 500,
  'output-too-large': 422,
};

/** Methods by path; `:name` stands for one level. */
const routes: Record<string, Record<string, Handler>> = {
  '/commands': { POST: runCommand },
  '/tunnels': { GET: ({ parts }) => parts.tunnels.list() },
  '/tunnels/:name': {
    GET: ({ parts, name }) => parts.tunnels.get(name),
    PUT: async ({ parts, name, request }) => parts.tunnels.put(name, await readBody(request, endpointSchema)),
    DELETE: ({ parts, name }) => parts.tunnels.delete(name),
  },
  '/connections': { GET: ({ parts }) => parts.transports.list() },
  '/checks': { POST: runCheck },
  '/health': { GET: ({ parts }) => describeHealth(parts) },
};

/** The connector's API: JSON over HTTP. Who may open its unix socket may do everything. */
export function createConnectorApi(parts: ConnectorApiParts): Server {
  return createServer((request, response) => void answer(parts, request, response));
}

async function answer(parts: ConnectorApiParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const left = new AbortController();
  response.once('close', () => left.abort(new ConnectorError('stopped', 'The caller took the request back.')));
  try {
    const { handler, name } = findRoute(request);
    const value = await handler({ parts, request, name, signal: left.signal });
    send(response, value === undefined ? 204 : 200, value);
  } catch (thrown) {
    if (left.signal.aborted) return;
    const error = ConnectorError.from(thrown);
    if (error.code === 'internal') parts.log.error({ err: thrown, url: request.url }, 'a request failed');
    // What is left of a request that was not read must not be taken for the next one.
    response.shouldKeepAlive = false;
    send(response, statusOfCode[error.code] ?? 502, { error: error.toWire() });
  }
}

function send(response: ServerResponse, status: number, value: unknown): void {
  if (response.destroyed) return;
  response.statusCode = status;
  if (value === undefined) {
    response.end();
    return;
  }
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(value));
}

function findRoute(request: IncomingMessage): { handler: Handler; name: string } {
  const [path = ''] = (request.url ?? '').split('?');
  const [, first = '', ...rest] = path.split('/');
  const pattern = rest.length === 0 ? `/${first}` : `/${first}/:name`;
  const methods = Object.hasOwn(routes, pattern) ? routes[pattern] : undefined;
  const handler = methods?.[request.method ?? ''];
  if (!handler || rest.length > 1) {
    throw new ConnectorError('bad-request', `The connector has no ${request.method} ${path}.`);
  }
  return { handler, name: rest.length === 0 ? '' : checkShape(rest[0], tunnelNameSchema) };
}

async function runCommand({ parts, request, signal }: Exchange): Promise<unknown> {
  const { site, account, ...command } = await readBody(request, commandRequestSchema);
  const { log, transports } = parts;
  const startedAt = performance.now();
  log.debug?.({ site, account, argv: command.argv }, 'command');
  const result = await transports.find(site, account).run(command, signal);
  const tookMs = Math.round(performance.now() - startedAt);
  log.debug?.({ site, account, program: command.argv[0], exitCode: result.exitCode, tookMs }, 'command ended');
  return result;
}

async function runCheck({ parts, request, signal }: Exchange): Promise<unknown> {
  const { site, account } = await readBody(request, checkRequestSchema);
  return await parts.transports.find(site, account).check(signal);
}

function describeHealth({ tunnels, transports }: ConnectorApiParts): ConnectorHealth {
  return {
    status: 'ok',
    pid: process.pid,
    uptimeSeconds: Math.round(process.uptime()),
    tunnels: tunnels.list().length,
    connections: transports.list().length,
  };
}

import { validateHeaderName, validateHeaderValue } from 'node:http';
import * as z from 'zod';
import { hopByHop, normalizeHeaderName } from '../headers/header-name.js';
import { ProxyError } from '../proxy-error.js';

/** Who may pass to a route. */
export interface GateRule {
  /** The server's id: part of the name of the gate's cookie. */
  server: string;
  user: string;
  /** Sessions whose tokens have been taken back (signed out, expelled). */
  revokedSessions?: string[] | undefined;
}

/** Our own part of a route, under the key `juhub`. */
export interface OwnRouteData {
  /** Without a gate a route is open to everybody. */
  gate?: GateRule | undefined;
  /** Put on every request on its way to the target. Secrets: never listed (only their names are), never logged. */
  requestHeaders?: Record<string, string> | undefined;
  /** The path of the hub's page about the server, which people are shown when it does not answer. */
  page?: string | undefined;
}

/** The body of `POST /api/routes/SPEC`: configurable-http-proxy's, with any further keys, and ours under `juhub`. */
export interface RouteBody {
  target: string;
  juhub?: OwnRouteData | undefined;
  [key: string]: unknown;
}

/** Framing and addressing are the proxy's own business, whatever a route asks for. */
const reservedHeaders: ReadonlySet<string> = new Set([...hopByHop, 'content-length', 'expect', 'host']);

const requestHeadersSchema = z.record(z.string(), z.string()).superRefine((headers, context) => {
  for (const [name, value] of Object.entries(headers)) {
    const fault = findHeaderFault(name, value);
    if (fault !== undefined) context.addIssue({ code: 'custom', message: fault, path: [name] });
  }
});

const ownRouteDataSchema = z.strictObject({
  gate: z
    .strictObject({
      server: z.string().regex(/^[A-Za-z0-9-]{1,64}$/, 'must be letters, digits and dashes'),
      user: z.string().min(1),
      revokedSessions: z.array(z.string()).optional(),
    })
    .optional(),
  requestHeaders: requestHeadersSchema.optional(),
  page: z
    .string()
    .regex(/^\/(?![/\\])[\x21-\x7e]*$/, 'must be a path of this site, percent-encoded')
    .optional(),
  traffic: z.unknown().optional(), // of a listing that is posted back
});

/** What is nested deeper could be set, but neither listed nor kept: writing JSON takes a stack. */
const deepestData = 100;

/**
 * Checks a parsed body. Keys that are not ours are kept as they are, but for `last_activity`, which is the proxy's to
 * say. Throws `bad-route`; its message never repeats a header's value.
 */
export function parseRouteBody(body: unknown): { target: string; juhub: OwnRouteData; data: Record<string, unknown> } {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new ProxyError('bad-route', 'The body of a route must be a JSON object.');
  }
  const { target, juhub, last_activity, ...data } = body as Record<string, unknown>;
  if (typeof target !== 'string') throw new ProxyError('bad-route', "Must specify 'target' as string");
  if (isDeeper(data, deepestData)) {
    throw new ProxyError('bad-route', `The data of a route may be nested ${deepestData} levels deep at most.`);
  }
  const own = ownRouteDataSchema.safeParse(juhub ?? {});
  if (!own.success) {
    const [issue] = own.error.issues;
    throw new ProxyError('bad-route', `juhub.${issue?.path.join('.')}: ${issue?.message}`);
  }
  const { traffic, ...kept } = own.data;
  return { target, juhub: kept, data };
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((each) => isDeeper(each, levels - 1));
}

/** Why a header may not be put on requests, as the end of a sentence; never repeats its value. */
export function findHeaderFault(name: string, value: string): string | undefined {
  if (reservedHeaders.has(normalizeHeaderName(name))) return 'is set by the proxy itself';
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return undefined;
  } catch {
    return 'is no header that HTTP can carry'; // Node's own message would repeat the value, which is a secret
  }
}

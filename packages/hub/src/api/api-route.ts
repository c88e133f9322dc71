import type { z } from 'zod';
import type { ApiScope, ApiToken } from '../auth/api-tokens.js';
import type { Services } from '../services.js';
import type { PageContext } from '../web/hub-context.js';
import type { ParameterName } from './parameter-shapes.js';

/** What the API needs of the hub. */
export type ApiServices = Pick<
  Services,
  | 'config'
  | 'auth'
  | 'records'
  | 'servers'
  | 'expectedStarts'
  | 'insight'
  | 'sites'
  | 'catalogues'
  | 'templates'
  | 'database'
  | 'ends'
  | 'notices'
  | 'siteChecks'
  | 'templateDesk'
  | 'status'
  | 'log'
>;

/** A request whose token, path, query and body were checked. */
export interface ApiCall<Body = unknown, Query = unknown> {
  readonly token: ApiToken;
  readonly parameters: Readonly<Record<ParameterName, string>>;
  readonly query: Query;
  readonly body: Body;
  /** Only for an answer that is a stream. */
  readonly ctx: PageContext;
}

/** What a route says. */
export interface ApiAnswer {
  readonly status: number;
  /** As the route's shape for this status describes it; undefined: nothing. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer that a route may give when all is well. */
export interface AnswerShape {
  readonly description: string;
  /** Undefined: the answer has no body. */
  readonly schema?: z.ZodType;
  /** `application/json` where none is given; of a stream of events the schema describes the data of each. */
  readonly type?: 'text/event-stream' | 'text/plain';
}

interface RouteWords {
  readonly method: 'get' | 'post' | 'delete';
  /** Below `/hub/api`, with its parameters in braces, as OpenAPI writes it. */
  readonly path: string;
  /** A name for programs that are made from the document. */
  readonly id: string;
  readonly summary: string;
  readonly answers: Readonly<Record<number, AnswerShape>>;
}

/** A route that needs no token. */
export interface OpenRoute extends RouteWords {
  readonly access: 'open';
  handle(services: ApiServices): ApiAnswer;
}

/** A route for whoever has a token. */
export interface TokenRoute<Body extends z.ZodType = z.ZodType, Query extends z.ZodObject = z.ZodObject>
  extends RouteWords {
  /** What the token must be good for; `any`: every token will do. */
  readonly access: ApiScope | 'any';
  /** What may stand behind the `?` of the address, all of it text there; undefined: it is not read. */
  readonly query?: Query;
  /** What the body must look like; undefined: it is not read. */
  readonly body?: Body;
  /** The errors that it may give beside those that every route may, by status. */
  readonly errors?: readonly (404 | 409 | 422 | 503)[];
  handle(call: ApiCall<z.output<Body>, z.output<Query>>, services: ApiServices): Promise<ApiAnswer>;
}

export type ApiRoute = OpenRoute | TokenRoute;

/** A route with the types of its body and query checked against its handler. */
export function defineRoute<Body extends z.ZodType, Query extends z.ZodObject>(
  route: TokenRoute<Body, Query>,
): TokenRoute {
  return route as unknown as TokenRoute;
}

/** The names of the parameters in a path. */
export function parametersOf({ path }: Pick<ApiRoute, 'path'>): ParameterName[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] as ParameterName);
}

import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import { type AnswerShape, type ApiRoute, parametersOf } from './api-route.js';
import { parameterShapes } from './parameter-shapes.js';
import { readVersion } from './read-version.js';
import { components } from './shapes/components.js';
import { errorShape } from './shapes/error-shape.js';

type Json = Record<string, unknown>;

const uri = (id: string) => `#/components/schemas/${id}`;

/**
 * Describes the API (https://spec.openapis.org/oas/v3.1.1): made of the routes and of the very shapes that check what
 * comes and goes, so that it cannot say anything else than the code does.
 */
export function writeOpenApi(routes: readonly ApiRoute[], publicUrl: string): Json {
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = route.path === '' ? '/' : route.path;
    paths[path] = { ...paths[path], [route.method]: describeRoute(route) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'juhub', version: readVersion() },
    servers: [{ url: `${publicUrl}/hub/api` }],
    security: [{ token: [] }],
    paths,
    components: {
      schemas: describeComponents(),
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'Made with `juhub token add`.' } },
    },
  };
}

function describeRoute(route: ApiRoute): Json {
  const body = route.access === 'open' ? undefined : route.body;
  const parameters = describeParameters(route);
  return {
    operationId: route.id,
    summary: route.summary,
    ...(route.access === 'open' ? { security: [] } : {}),
    ...(route.access === 'open' || route.access === 'any'
      ? {}
      : {
          description: `Needs a token with the scope \`${route.access}\`${route.access === 'admin' ? ' of an administrator' : ''}.`,
        }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: referTo(body, 'input') } } } }),
    responses: describeAnswers(route),
  };
}

function describeParameters(route: ApiRoute): Json[] {
  const inPath = parametersOf(route).map((name) => {
    const { description, ...schema } = writeSchema(parameterShapes[name]);
    return { name, in: 'path', required: true, description, schema };
  });
  const query = route.access === 'open' ? {} : (route.query?.shape ?? {});
  const inQuery = Object.entries(query).map(([name, shape]) => {
    const { description, ...schema } = writeSchema(shape as z.ZodType);
    return { name, in: 'query', required: false, description, schema };
  });
  return [...inPath, ...inQuery];
}

function describeAnswers(route: ApiRoute): Json {
  const good = Object.entries(route.answers).map(([status, answer]) => [status, describeAnswer(answer)]);
  const error = { content: { 'application/json': { schema: referTo(errorShape, 'output') } } };
  const bad = listErrors(route).map((status) => [status, { description: STATUS_CODES[status] ?? '', ...error }]);
  return Object.fromEntries([...good, ...bad]);
}

/** The statuses of the errors that a route may give. */
export function listErrors(route: ApiRoute): number[] {
  if (route.access === 'open') {
    return [500];
  }
  const ofBody = route.body === undefined ? [] : [400, 413, 415];
  const ofPath = parametersOf(route).length === 0 && route.query === undefined ? [] : [422];
  return [...new Set([...ofBody, 401, 403, ...ofPath, ...(route.errors ?? []), 429, 500])].sort((a, b) => a - b);
}

function describeAnswer({ description, schema, type }: AnswerShape): Json {
  return schema === undefined
    ? { description }
    : { description, content: { [type ?? 'application/json']: { schema: referTo(schema, 'output') } } };
}

/** A named shape by its name, others as they are (those in them by their names). */
function referTo(shape: z.ZodType, io: 'input' | 'output'): Json {
  const named = components.get(shape);
  if (named !== undefined) {
    return { $ref: uri(named.id) };
  }
  return shape instanceof z.ZodArray
    ? { type: 'array', items: referTo(shape.element as z.ZodType, io) }
    : writeSchema(shape, io);
}

function describeComponents(): Json {
  // What comes is described as it may come, with what has a default left out.
  const { schemas } = z.toJSONSchema(components, { uri, io: 'input', override: tidy });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $schema: _schema, $id: _id, ...schema }]) => [id, schema]),
  );
}

function writeSchema(shape: z.ZodType, io: 'input' | 'output' = 'input'): Json {
  const { $schema: _, ...schema } = z.toJSONSchema(shape, { io, override: tidy });
  return schema;
}

/** Leaves out what zod adds and nobody reads: a page of regular expression for a date, the largest safe integer. */
function tidy({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.format === 'date-time') {
    delete jsonSchema.pattern;
  }
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) {
    delete jsonSchema.maximum;
  }
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) {
    delete jsonSchema.minimum;
  }
}

import type { z } from 'zod';
import { type ChoiceProblem, RequestRefused } from '../spawn/steps/check-request.js';
import type { PageContext } from '../web/hub-context.js';
import { WebError } from '../web/web-error.js';
import { type ApiCall, type ApiRoute, parametersOf } from './api-route.js';
import { parameterShapes } from './parameter-shapes.js';

/** The parameters of a path, each of its shape. @throws RequestRefused */
export function readParameters(ctx: PageContext, route: ApiRoute): ApiCall['parameters'] {
  const read = { name: '', server: '', site: '', id: '', notice: '', template: '', version: '' };
  const problems: ChoiceProblem[] = [];
  for (const name of parametersOf(route)) {
    const given = parameterShapes[name].safeParse(ctx.params[name]);
    if (given.success) {
      read[name] = given.data;
    } else {
      problems.push(...given.error.issues.map((issue) => describeIssue(name, issue)));
    }
  }
  if (problems.length > 0) {
    throw new RequestRefused(problems);
  }
  return read;
}

/** What stands behind the `?`, of the shape that the route wants. @throws RequestRefused */
export function readQueryOf(ctx: PageContext, shape: z.ZodObject): Record<string, unknown> {
  return readShape(ctx.query, shape) as Record<string, unknown>;
}

/** The body, of the shape that the route wants. @throws RequestRefused; WebError 415 when it is no JSON */
export function readBody(ctx: PageContext, shape: z.ZodType): unknown {
  if (!ctx.is('json')) {
    throw new WebError(415, 'json-needed', 'The body must be JSON, with `Content-Type: application/json`.');
  }
  return readShape(ctx.request.body, shape);
}

function readShape(from: unknown, shape: z.ZodType): unknown {
  const given = shape.safeParse(from);
  if (!given.success) {
    throw new RequestRefused(given.error.issues.map((issue) => describeIssue(nameField(issue), issue)));
  }
  return given.data;
}

function describeIssue(field: string, { message }: { readonly message: string }): ChoiceProblem {
  return { field, code: 'shape', values: {}, message };
}

/** A choice is called as in the template. */
function nameField({ path }: { path: readonly PropertyKey[] }): string {
  const names = path[0] === 'choices' && path.length > 1 ? path.slice(1) : path;
  return names.map(String).join('.');
}

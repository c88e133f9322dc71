import bodyParser from '@koa/bodyparser';
import Router from '@koa/router';
import type { HubContext, HubState, HubStep, PageContext } from '../web/hub-context.js';
import { WebError } from '../web/web-error.js';
import type { ApiAnswer, ApiRoute, ApiServices } from './api-route.js';
import { describeApiError } from './describe-api-error.js';
import { readBody, readParameters, readQueryOf } from './read-input.js';
import { listRoutes } from './routes/list-routes.js';
import { TokenCheck } from './token-check.js';

const ROOT = '/hub/api';
const readJson = bodyParser({ enableTypes: ['json'], jsonLimit: '64kb' });

/**
 * The REST API below `/hub/api`. It takes tokens and nothing else: it must come before the step that looks at cookies,
 * and so needs no check of where a request comes from. All that it says is JSON.
 */
export function createApi(services: ApiServices): HubStep {
  const check = new TokenCheck(services.auth.apiTokens);
  const router = new Router<HubState>({ sensitive: true });
  for (const route of listRoutes()) {
    const path = ROOT + route.path.replaceAll(/\{(\w+)\}/g, ':$1');
    router[route.method](path, async (ctx) => give(ctx, await answer(ctx, route, { check, services })));
  }
  const routes = router.routes();
  return async (ctx, next) => {
    if (ctx.path !== ROOT && !ctx.path.startsWith(`${ROOT}/`)) {
      await next();
      return;
    }
    try {
      await routes(ctx as PageContext, async () => refuseUnknown(ctx as PageContext));
    } catch (error) {
      giveError(ctx, error, services);
    }
  };
}

/** The token first: nothing of a stranger's request is read. */
async function answer(
  ctx: PageContext,
  route: ApiRoute,
  { check, services }: { check: TokenCheck; services: ApiServices },
): Promise<ApiAnswer> {
  if (route.access === 'open') {
    return route.handle(services);
  }
  const token = await check.admit(ctx, route.access);
  const parameters = readParameters(ctx, route);
  const query = route.query === undefined ? {} : readQueryOf(ctx, route.query);
  if (route.body === undefined) {
    return route.handle({ ctx, token, parameters, query, body: undefined }, services);
  }
  await readJson(ctx, async () => undefined);
  return route.handle({ ctx, token, parameters, query, body: readBody(ctx, route.body) }, services);
}

function give(ctx: HubContext, { status, body, headers = {} }: ApiAnswer): void {
  ctx.set(headers);
  // Koa takes a body without content for 204 otherwise.
  ctx.body = body ?? '';
  ctx.status = status;
}

function refuseUnknown(ctx: PageContext): never {
  const methods = [...new Set((ctx.matched ?? []).flatMap((layer) => layer.methods))];
  if (methods.length === 0) {
    throw new WebError(
      404,
      'no-such-route',
      'The API has nothing of this path; /hub/api/openapi.json lists what it has.',
    );
  }
  ctx.set('Allow', methods.join(', '));
  throw new WebError(405, 'no-such-method', `This path takes ${methods.join(', ')}.`);
}

function giveError(ctx: HubContext, error: unknown, { log }: ApiServices): void {
  const { status, body } = describeApiError(error);
  const { reference } = body.error;
  if (reference !== undefined) {
    log.error({ err: error, reference, method: ctx.method, path: ctx.path }, 'A request failed');
  }
  if (status === 401) {
    ctx.set('WWW-Authenticate', 'Bearer realm="juhub"');
  }
  if (error instanceof Error && 'waitSeconds' in error) {
    ctx.set('Retry-After', String(error.waitSeconds));
  }
  ctx.status = status;
  ctx.body = body;
}

import type { Middleware } from 'koa';
import type { Log } from '../log.js';

/** Notes each request and how long its answer took; never queries, bodies or headers, which may hold secrets. */
export function logRequests(log: Log): Middleware {
  return async (ctx, next) => {
    const start = performance.now();
    await next();
    const tookMs = Math.round(performance.now() - start);
    log.debug({ method: ctx.method, path: ctx.path, status: ctx.status, tookMs }, 'request');
  };
}

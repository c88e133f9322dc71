import { STATUS_CODES } from 'node:http';
import type { ClientAnswer, ClientRequest } from '../client-exchange.js';
import type { ProxyError } from '../proxy-error.js';
import type { ProxyLogger } from '../proxy-logger.js';
import type { AwayServer } from './error-page.js';
import type { ErrorPages } from './error-pages.js';
import { replyError } from './reply.js';

interface PageOptions {
  errorPages: ErrorPages | undefined;
  log: ProxyLogger;
}

/** What goes wrong behind the proxy. Requests that it refuses by itself do not bother whoever makes the pages. */
const pageStatuses: ReadonlySet<number> = new Set([404, 500, 502, 503]);

/** Answers with the page that somebody made for this error; without one, or when it cannot be had, as `replyError`. */
export function replyWithPage(
  request: ClientRequest,
  response: ClientAnswer,
  error: ProxyError,
  { errorPages, log }: PageOptions,
  away?: AwayServer,
): void {
  if (errorPages === undefined || !pageStatuses.has(error.status) || response.headersSent) {
    replyError(request, response, error, away);
    return;
  }
  errorPages(error.status, request.url ?? '/').then(
    ({ headers, body }) => {
      if (response.headersSent || response.destroyed) return;
      const all = { ...headers, 'Cache-Control': 'no-store', 'Content-Length': body.length };
      response.writeHead(error.status, STATUS_CODES[error.status], all);
      response.end(body);
    },
    (cause: Error) => {
      log.error({ status: error.status, cause: cause.message }, 'The page for this error cannot be had');
      replyError(request, response, error, away);
    },
  );
}

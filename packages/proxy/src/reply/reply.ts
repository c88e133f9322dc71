import { type OutgoingHttpHeaders, STATUS_CODES } from 'node:http';
import type { ClientAnswer, ClientRequest } from '../client-exchange.js';
import type { ProxyError } from '../proxy-error.js';
import { type AwayServer, pageStyleHash, renderErrorPage } from './error-page.js';
import { isNavigation } from './is-navigation.js';
import { choosePageLanguage } from './page-words.js';

const unknownServer: AwayServer = { retryAfterSeconds: 5, page: undefined, isHub: false };

/** On every answer that the proxy makes itself: it may run nothing, be framed by nobody else and be kept nowhere. */
export const ownHeaders: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${pageStyleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'`,
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'SAMEORIGIN',
};

/** An answer of the proxy's own. When another one has begun already, all that is left is to break it off. */
function reply(response: ClientAnswer, status: number, headers: OutgoingHttpHeaders, body: string): void {
  if (response.writableEnded) return;
  if (response.headersSent) {
    response.destroy();
    return;
  }
  // The reason is said outright: one that could not be written would else stay on the answer from an earlier attempt.
  response.writeHead(status, STATUS_CODES[status], {
    ...ownHeaders,
    ...headers,
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(body);
}

/** A JSON answer. */
export function replyJson(response: ClientAnswer, status: number, body: unknown, headers?: OutgoingHttpHeaders): void {
  reply(response, status, { 'Content-Type': 'application/json', ...headers }, JSON.stringify(body));
}

/** Sends a browser elsewhere, once: 302, never kept. */
export function replyRedirect(response: ClientAnswer, location: string): void {
  reply(response, 302, { Location: location }, '');
}

/**
 * An error as a small page for a person (see `isNavigation`), in German or English, else as `{"error":{"code","message"}}`.
 * The page of a server that does not answer loads itself again, ever less often the longer it is away.
 */
export function replyError(
  request: ClientRequest,
  response: ClientAnswer,
  error: ProxyError,
  away: AwayServer | undefined = error.code === 'target-away' ? unknownServer : undefined,
): void {
  const headers: OutgoingHttpHeaders = {};
  if (away !== undefined) headers['Retry-After'] = away.retryAfterSeconds;
  if (error.code === 'sign-in-needed') headers['WWW-Authenticate'] = 'Bearer realm="juhub"';
  if (!isNavigation(request)) {
    replyJson(response, error.status, { error: { code: error.code, message: error.message } }, headers);
    return;
  }
  if (away !== undefined) headers.Refresh = away.retryAfterSeconds;
  const language = choosePageLanguage(request.headers['accept-language']);
  headers['Content-Language'] = language;
  headers['Content-Type'] = 'text/html; charset=utf-8';
  reply(response, error.status, headers, renderErrorPage(error, language, away));
}

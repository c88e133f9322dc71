import { createHash } from 'node:crypto';
import { type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse, STATUS_CODES } from 'node:http';
import type { ProxyError } from '../proxy-error.js';
import { isNavigation } from './is-navigation.js';

const style = 'body{font:1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:15vh auto;padding:0 1rem}';
const styleHash = createHash('sha256').update(style).digest('base64');
const retryAfterSeconds = 5;

/** On every answer that the proxy makes itself: it may run nothing, be framed by nobody else and be kept nowhere. */
export const ownHeaders: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'`,
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'SAMEORIGIN',
};

/** An answer of the proxy's own. When another one has begun already, all that is left is to break it off. */
function reply(response: ServerResponse, status: number, headers: OutgoingHttpHeaders, body: string): void {
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
export function replyJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers?: OutgoingHttpHeaders,
): void {
  reply(response, status, { 'Content-Type': 'application/json', ...headers }, JSON.stringify(body));
}

/** Sends a browser elsewhere, once: 302, never kept. */
export function replyRedirect(response: ServerResponse, location: string): void {
  reply(response, 302, { Location: location }, '');
}

/**
 * An error as a small page for a person (see `isNavigation`), else as `{"error":{"code","message"}}`. The page of a
 * server that does not answer loads itself again after a few seconds.
 */
export function replyError(request: IncomingMessage, response: ServerResponse, error: ProxyError): void {
  const headers: OutgoingHttpHeaders = {};
  if (error.code === 'target-away') headers['Retry-After'] = retryAfterSeconds;
  if (error.code === 'sign-in-needed') headers['WWW-Authenticate'] = 'Bearer realm="juhub"';
  if (!isNavigation(request)) {
    replyJson(response, error.status, { error: { code: error.code, message: error.message } }, headers);
    return;
  }
  if (error.code === 'target-away') headers.Refresh = retryAfterSeconds;
  reply(response, error.status, { 'Content-Type': 'text/html; charset=utf-8', ...headers }, renderPage(error));
}

/** All words on the page are the proxy's own; they are escaped all the same. */
function renderPage(error: ProxyError): string {
  const title = error.code === 'target-away' ? 'This server does not answer' : `Error ${error.status}`;
  const hint =
    error.code === 'target-away'
      ? `<p>It may be starting, or its connection is being opened again. This page tries again every ${retryAfterSeconds} seconds.</p>`
      : '';
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><style>${style}</style>
<h1>${title}</h1><p>${escapeHtml(error.message)}</p>${hint}
<p><a href="/hub/">My servers</a></p></html>
`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { type RawHeaders, readHeader } from '../headers/raw-headers.js';
import { buildRequestHeaders, hasBody } from '../headers/request-headers.js';
import { ProxyError } from '../proxy-error.js';
import type { ProxyLogger } from '../proxy-logger.js';
import { breakOff } from '../reply/break-off.js';
import { replyError } from '../reply/reply.js';
import type { UpstreamEvents } from '../upstream/upstream.js';
import type { Admission } from './admission.js';
import { relayAnswer } from './relay-answer.js';

/** What both ways of forwarding need. */
export interface ForwardOptions {
  publicUrl: URL;
  log: ProxyLogger;
}

const repeatableMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Sends an admitted request on and streams its answer back. Ends with the client's connection, with the route
 * (deleted, moved, or the session's right taken back), or when both halves are through.
 */
export function forwardHttp(
  admission: Admission,
  request: IncomingMessage,
  response: ServerResponse,
  options: ForwardOptions,
): void {
  const { route, path, grant } = admission;
  const { method = 'GET' } = request;
  const headers = buildRequestHeaders(request, {
    gated: route.gate !== undefined,
    routeHeaders: route.requestHeaders,
    publicUrl: options.publicUrl,
    upgrade: false,
  });
  const body = hasBody(request) ? request : undefined;
  const exchange = route.upstream.send(
    {
      method,
      path: route.target.pathPrefix + path.pathname + path.search,
      headers,
      body,
      repeatable: repeatableMethods.has(method) && body === undefined,
    },
    createEvents(admission, request, response, options),
  );
  const untrack = route.track({ grant, cut: () => cutOff(request, response) });
  response.once('close', () => {
    untrack();
    exchange.abort();
    request.resume(); // what is left of an upload that nobody wants any more
  });
}

/** The route is gone, or the caller's right to it. */
function cutOff(request: IncomingMessage, response: ServerResponse): void {
  if (response.headersSent) breakOff(response);
  else
    replyError(
      request,
      response,
      new ProxyError('target-away', 'The way to this server has just changed; please try again.'),
    );
}

function createEvents(
  admission: Admission,
  request: IncomingMessage,
  response: ServerResponse,
  { log }: ForwardOptions,
): UpstreamEvents {
  const { route } = admission;
  const fail = (error: ProxyError): void => {
    log.warn(
      { route: route.path.key, method: request.method, code: error.code, cause: error.causeMessage },
      error.message,
    );
    replyError(request, response, error);
  };
  return {
    onAnswer(answer) {
      try {
        relayAnswer(answer, response, admission);
      } catch (error) {
        answer.body.destroy();
        fail(ProxyError.from(error));
      }
    },
    onUpgrade(_answer, socket) {
      socket.destroy();
      fail(new ProxyError('bad-answer', 'The server switched to another protocol, which nobody had asked for.'));
    },
    onError: fail,
    onInformation: (status, headers) => relayInformation(status, headers, request, response),
    onProgress: () => route.touch(),
  };
}

/** RFC 9110, 15.2: 1xx answers go on, but never to HTTP/1.0. Of early hints only the links, which is what they are for. */
function relayInformation(
  status: number,
  headers: RawHeaders,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (request.httpVersion === '1.0' || response.headersSent) return;
  if (status === 100 && request.headers.expect !== undefined) response.writeContinue();
  if (status === 102) response.writeProcessing();
  const links = readHeader(headers, 'link').filter((link) => linkForm.test(link));
  if (status === 103 && links.length > 0) response.writeEarlyHints({ link: links });
}

/** Narrower than RFC 8288, and what `writeEarlyHints` accepts: one link with its parameters. */
const linkForm = /^<[^<>]*>(?:\s*;\s*[a-z*]+(?:=(?:"[^"<>,;\s]*"|[A-Za-z0-9/-]+))?)*$/;

import type { ClientAnswer, ClientRequest } from '../client-exchange.js';
import type { ForwardingHeaders } from '../headers/forwarding-headers.js';
import { type RawHeaders, readHeader } from '../headers/raw-headers.js';
import { hasBody } from '../headers/request-head.js';
import type { ProxyMetrics } from '../metrics/proxy-metrics.js';
import { ProxyError } from '../proxy-error.js';
import type { ProxyLogger } from '../proxy-logger.js';
import type { Lender } from '../reading/read-buffers.js';
import type { ErrorPages } from '../reply/error-pages.js';
import { replyWithPage } from '../reply/reply-with-page.js';
import type { RouteConnection } from '../routes/route.js';
import type { AnswerHead } from '../upstream/answer-head.js';
import type { TargetSocket } from '../upstream/target-socket.js';
import type { UpstreamExchange, UpstreamHandler } from '../upstream/upstream.js';
import type { Admission } from './admission.js';
import { AnswerRelay } from './relay-answer.js';
import { type Rewriting, writeTargetHead } from './rewriting.js';

/** What both ways of forwarding need. */
export interface ForwardOptions {
  forwarding: ForwardingHeaders;
  rewriting: Rewriting;
  metrics: ProxyMetrics;
  errorPages: ErrorPages | undefined;
  log: ProxyLogger;
}

const repeatableMethods: ReadonlySet<string | undefined> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Sends an admitted request on and streams its answer back. Ends with the client's connection, with the route
 * (deleted, moved, or the session's right taken back), or when both halves are through.
 */
export function forwardHttp(
  admission: Admission,
  request: ClientRequest,
  response: ClientAnswer,
  options: ForwardOptions,
): void {
  new HttpForward(admission, request, response, options).start();
}

class HttpForward implements UpstreamHandler, RouteConnection {
  place = -1;
  readonly #admission: Admission;
  readonly #request: ClientRequest;
  readonly #response: ClientAnswer;
  readonly #options: ForwardOptions;
  readonly #relay: AnswerRelay;
  #exchange: UpstreamExchange | undefined;

  constructor(admission: Admission, request: ClientRequest, response: ClientAnswer, options: ForwardOptions) {
    this.#admission = admission;
    this.#request = request;
    this.#response = response;
    this.#options = options;
    this.#relay = new AnswerRelay(response, admission, options.rewriting);
  }

  get grant(): RouteConnection['grant'] {
    return this.#admission.grant;
  }

  start(): void {
    const { route, head } = this.#admission;
    const { method = 'GET' } = this.#request;
    const withBody = hasBody(head);
    this.#exchange = route.upstream.send(
      {
        method,
        head: writeTargetHead(this.#admission, this.#request, this.#options, false),
        body: withBody ? this.#request : undefined,
        chunked: head.transferEncoding.length > 0,
        repeatable: !withBody && repeatableMethods.has(method),
        upgrade: false,
      },
      this,
    );
    route.track(this);
    route.traffic.requests += 1;
    if (withBody) {
      this.#request.on('data', (bytes: Buffer) => {
        route.traffic.bytesIn += bytes.length;
      });
    }
    this.#response.on('close', () => this.#finish(withBody)); // it comes once
  }

  #finish(withBody: boolean): void {
    this.#admission.route.untrack(this);
    this.#exchange?.abort();
    if (withBody) this.#request.resume(); // what is left of an upload that nobody wants any more
  }

  /** The route is gone, or the caller's right to it. */
  cut(): void {
    if (this.#response.headersSent) this.#relay.breakOff();
    else this.#reply(new ProxyError('target-away', 'The way to this server has just changed; please try again.'));
  }

  onAnswer(answer: AnswerHead, whole: string | undefined, bodyFollows: boolean): void {
    this.#options.metrics.countAnswer(answer.status);
    this.#relay.begin(answer, whole, bodyFollows);
  }

  onBody(bytes: Buffer, lender: Lender): void {
    if (this.#exchange !== undefined) this.#relay.write(bytes, lender, this.#exchange);
  }

  onEnd(rawTrailers: RawHeaders): void {
    this.#relay.end(rawTrailers);
  }

  onBreak(): void {
    this.#relay.breakOff();
  }

  onUpgrade(_answer: AnswerHead, target: TargetSocket): void {
    target.socket.destroy();
    this.onError(new ProxyError('bad-answer', 'The server switched to another protocol, which nobody had asked for.'));
  }

  onError(error: ProxyError): void {
    const { route } = this.#admission;
    const { method } = this.#request;
    const fields = { route: route.path.key, method, code: error.code, cause: error.causeMessage };
    this.#options.log.warn(fields, error.message);
    this.#reply(error);
  }

  onProgress(): void {
    this.#admission.route.touch();
  }

  /** RFC 9110, 15.2: 1xx answers go on, but never to HTTP/1.0. Of early hints only the links, which is what they are for. */
  onInformation(status: number, rawHeaders: RawHeaders): void {
    const response = this.#response;
    if (this.#request.httpVersion === '1.0' || response.headersSent) return;
    if (status === 100 && this.#admission.head.expect.length > 0) response.writeContinue();
    if (status === 102) response.writeProcessing();
    if (status !== 103) return;
    const links = readHeader(rawHeaders, 'link').filter((link) => linkForm.test(link));
    if (links.length > 0) response.writeEarlyHints({ link: links });
  }

  #reply(error: ProxyError): void {
    if (!this.#response.headersSent) this.#options.metrics.countAnswer(error.status);
    const away = error.code === 'target-away' ? this.#admission.route.noteAway() : undefined;
    replyWithPage(this.#request, this.#response, error, this.#options, away);
  }
}

/** Narrower than RFC 8288, and what `writeEarlyHints` accepts: one link with its parameters. */
const linkForm = /^<[^<>]*>(?:\s*;\s*[a-z*]+(?:=(?:"[^"<>,;\s]*"|[A-Za-z0-9/-]+))?)*$/;

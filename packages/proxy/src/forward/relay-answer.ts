import type { ClientAnswer } from '../client-exchange.js';
import { buildAnswerHeaders } from '../headers/answer-headers.js';
import { filterTrailers, type RawHeaders } from '../headers/raw-headers.js';
import type { Lender } from '../reading/read-buffers.js';
import { breakOff } from '../reply/break-off.js';
import type { AnswerHead } from '../upstream/answer-head.js';
import type { UpstreamExchange } from '../upstream/upstream.js';
import type { Admission } from './admission.js';
import { type Rewriting, rewriteLocation } from './rewriting.js';

/** The answer waits when so much of it has not reached the client. */
const mostWaitingBytes = 64 * 1024;

/**
 * Streams an answer to the client as it comes, no faster than the client reads. An answer that breaks off breaks the
 * client's connection off.
 */
export class AnswerRelay {
  readonly #response: ClientAnswer;
  readonly #admission: Admission;
  readonly #rewriting: Rewriting;
  #isActivity = false;
  #isHeld = false;

  constructor(response: ClientAnswer, admission: Admission, rewriting: Rewriting) {
    this.#rewriting = rewriting;
    this.#response = response;
    this.#admission = admission;
  }

  /** See `UpstreamHandler.onAnswer`. */
  begin(answer: AnswerHead, whole: string | undefined, bodyFollows: boolean): void {
    const { route, path, head } = this.#admission;
    const { status, reason } = answer;
    const headers = buildAnswerHeaders(answer, {
      gated: route.gate !== undefined,
      routePrefix: route.path.prefix,
      pathname: path.pathname,
      rewriteLocation: (location) =>
        rewriteLocation(location, { status, target: route.target, host: head.host[0] }, this.#rewriting),
    });
    route.awaySinceMs = 0;
    this.#response.writeHead(status, reason, headers);
    this.#isActivity = status < 300;
    if (this.#isActivity) route.touch();
    if (whole !== undefined) {
      route.traffic.bytesOut += whole.length;
      this.#response.end(whole, 'latin1');
    }
    // The first event of a stream may come in an hour. `flushHeaders` would send octets beyond ASCII as UTF-8.
    else if (!bodyFollows) this.#response.write('', 'latin1');
  }

  /** See `UpstreamHandler.onBody`. */
  write(bytes: Buffer, lender: Lender, exchange: UpstreamExchange): void {
    const response = this.#response;
    const { route } = this.#admission;
    if (this.#isActivity) route.touch();
    route.traffic.bytesOut += bytes.length;
    lender.send(bytes, response);
    if (response.writableLength < mostWaitingBytes) return;
    exchange.pause();
    if (this.#isHeld) return;
    this.#isHeld = true;
    response.on('drain', () => exchange.resume());
  }

  end(rawTrailers: RawHeaders): void {
    const trailers = filterTrailers(rawTrailers);
    if (trailers.length > 0 && this.#response.chunkedEncoding) this.#response.addTrailers(trailers);
    this.#response.end();
  }

  breakOff(): void {
    breakOff(this.#response);
  }
}

import type { ServerResponse } from 'node:http';
import { buildAnswerHeaders } from '../headers/answer-headers.js';
import { filterTrailers } from '../headers/raw-headers.js';
import { ProxyError } from '../proxy-error.js';
import { breakOff } from '../reply/break-off.js';
import type { UpstreamAnswer } from '../upstream/upstream.js';
import type { Admission } from './admission.js';

/**
 * Streams an answer to the client as it comes, no faster than the client reads. Throws `bad-answer`, before anything
 * was sent, for a head that HTTP cannot carry. An answer that breaks off breaks the client's connection off.
 */
export function relayAnswer(answer: UpstreamAnswer, response: ServerResponse, { route, path }: Admission): void {
  const { body, status } = answer;
  const gated = route.gate !== undefined;
  const headers = buildAnswerHeaders(answer.headers, {
    status,
    gated,
    routePrefix: route.path.prefix,
    pathname: path.pathname,
  });
  writeHead(response, answer, headers);
  const isActivity = status < 300;
  if (isActivity) route.touch();
  body.on('data', (chunk: Buffer) => {
    if (isActivity) route.touch();
    if (!response.write(chunk)) body.pause();
  });
  response.on('drain', () => body.resume());
  body.once('end', () => finish(answer, response));
  body.once('error', () => breakOff(response)); // it comes whenever a body is not complete
}

function writeHead(response: ServerResponse, { status, reason }: UpstreamAnswer, headers: string[]): void {
  try {
    if (status < 200) throw new RangeError(`${status} is not the status of a final answer.`);
    response.writeHead(status, reason, headers);
    response.flushHeaders(); // the first event of a stream may come in an hour
  } catch (cause) {
    throw new ProxyError('bad-answer', 'The server sent an answer with a header that is not HTTP.', { cause });
  }
}

function finish({ body }: UpstreamAnswer, response: ServerResponse): void {
  const trailers = filterTrailers(body.rawTrailers);
  if (trailers.length > 0 && response.chunkedEncoding) response.addTrailers(trailers);
  response.end();
}

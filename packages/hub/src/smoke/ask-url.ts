import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { addAbortSignal } from 'node:stream';
import { SmokeFailure } from './smoke-error.js';

const MOST_BYTES = 8 * 1024 * 1024;

/** What to send. */
export interface Question {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly signal: AbortSignal;
}

/** The head of an answer; what follows is read from `body`. */
export interface Answer {
  readonly url: string;
  readonly status: number;
  /** Where it sends us; null: nowhere. */
  readonly location: string | null;
  readonly body: IncomingMessage;
}

/**
 * One HTTP request, on a connection of its own: none that was kept can have died meanwhile. Redirects are not followed: a
 * token never travels to where an answer points.
 *
 * @throws SmokeFailure when there was no answer; the reason of the signal
 */
export async function askUrl(url: URL, { method = 'GET', headers, json, signal }: Question): Promise<Answer> {
  signal.throwIfAborted();
  const body = json === undefined ? undefined : JSON.stringify(json);
  const asked = (url.protocol === 'https:' ? https : http).request(url, {
    method,
    agent: false,
    signal,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
  });
  try {
    asked.end(body);
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    // What happens from here on is heard of by whoever reads the body.
    asked.on('error', () => {});
    addAbortSignal(signal, answer);
    return { url: url.href, status: answer.statusCode ?? 0, location: answer.headers.location ?? null, body: answer };
  } catch (error) {
    signal.throwIfAborted();
    throw new SmokeFailure(`${url.origin} does not answer: ${explain(error)}.`, { cause: error });
  }
}

/** Reads an answer to its end. @throws SmokeFailure when it breaks off or is absurdly long; the reason of the signal */
export async function readText({ url, body }: Answer, signal: AbortSignal): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > MOST_BYTES) {
        throw new SmokeFailure(`The answer of ${url} is longer than ${MOST_BYTES} bytes.`);
      }
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof SmokeFailure
      ? error
      : new SmokeFailure(`The answer of ${url} broke off: ${explain(error)}.`, { cause: error });
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Several addresses of one name may each have failed in a way of their own. */
function explain(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return error.errors.map(explain).join('; ');
  }
  return error instanceof Error ? error.message || error.name : String(error);
}

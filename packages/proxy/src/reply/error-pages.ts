import { readFile } from 'node:fs/promises';
import { request as askHttp, type IncomingMessage } from 'node:http';
import { request as askHttps, type RequestOptions } from 'node:https';
import { join } from 'node:path';
import { parseTarget } from '../routes/target.js';
import type { TargetTls } from '../upstream/target-tls.js';

/** A page for an error, made by somebody else. */
export interface ErrorPage {
  /** Content-Type and what belongs to it. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Finds the page for a status and the address that was asked for. Rejects when it cannot be had. */
export type ErrorPages = (status: number, url: string) => Promise<ErrorPage>;

const mostPageBytes = 1024 * 1024;
const answerMs = 5_000;
const passedHeaders = ['content-type', 'content-encoding'] as const;

/** Pages of a folder: `404.html` and the like, else `error.html`. Read anew each time, so that they can be changed. */
export function readErrorPagesFrom(folder: string): ErrorPages {
  return async (status) => {
    const body = await readFile(join(folder, `${status}.html`)).catch(() => readFile(join(folder, 'error.html')));
    return { headers: { 'Content-Type': 'text/html; charset=utf-8' }, body };
  };
}

/**
 * Pages of a server: `TARGET/404?url=…`; TARGET is like that of a route. It has 5 seconds and 1 MiB. Throws `bad-target`.
 */
export function askErrorPagesOf(href: string, tls: TargetTls = {}): ErrorPages {
  const { address, secure, pathPrefix } = parseTarget(href);
  const where: RequestOptions = secure ? { ...address, ...tls } : address;
  return (status, url) => {
    const path = `${pathPrefix}/${status}?url=${encodeURIComponent(url)}`;
    return ask(secure ? askHttps : askHttp, { ...where, path, signal: AbortSignal.timeout(answerMs) });
  };
}

async function ask(open: typeof askHttp, options: RequestOptions): Promise<ErrorPage> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    open({ ...options, agent: false }, resolve)
      .once('error', reject)
      .end();
  });
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostPageBytes) throw new Error('The error page is too large.');
    chunks.push(chunk);
  }
  const headers: Record<string, string> = {};
  for (const name of passedHeaders) {
    const value = answer.headers[name];
    if (value !== undefined) headers[name] = value;
  }
  return { headers, body: Buffer.concat(chunks) };
}

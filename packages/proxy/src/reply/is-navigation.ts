import type { ClientRequest } from '../client-exchange.js';

/**
 * Whether a person waits for a page behind this request: then a refusal is a page or a way to sign in, else JSON. Goes
 * by Sec-Fetch-Mode, and by Accept for browsers that do not send it (before 2020; Safari before 16.4).
 */
export function isNavigation({ method, headers }: ClientRequest): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  const mode = headers['sec-fetch-mode'];
  if (mode !== undefined) return mode === 'navigate';
  return headers.accept?.includes('text/html') === true && headers['x-requested-with'] === undefined;
}

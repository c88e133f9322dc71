import type { ServerRow } from '../../db/server-row.js';
import { WebError } from '../../web/web-error.js';
import type { ApiCall, ApiServices } from '../api-route.js';

/**
 * Sees to it that a path is about the caller. Of all others the answer is the same whether they exist or not.
 *
 * @throws WebError 404
 */
export function requireSelf({ token, parameters }: ApiCall): void {
  if (parameters.name !== token.user.name) {
    throw notFound();
  }
}

/** The caller's own server of the name in the path. @throws WebError 404 */
export async function findOwnServer(call: ApiCall, { records }: ApiServices): Promise<ServerRow> {
  requireSelf(call);
  const row = await records.find(call.token.user.name, call.parameters.server);
  if (row === undefined) {
    throw notFound();
  }
  return row;
}

function notFound(): WebError {
  return new WebError(404, 'not-found', 'You have nothing of this name.');
}

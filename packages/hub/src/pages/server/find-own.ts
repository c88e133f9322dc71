import type { ServerRow } from '../../db/server-row.js';
import type { Services } from '../../services.js';
import type { PageContext } from '../../web/hub-context.js';
import { requireUser } from '../../web/require-user.js';
import { SaidError } from '../../web/web-error.js';

/**
 * The person's own server of the name in the path. Those of others are not looked for: to everybody else they do not
 * exist.
 *
 * @throws SignInNeeded, WebError 404
 */
export async function findOwn(ctx: PageContext, { records }: Pick<Services, 'records'>): Promise<ServerRow> {
  const user = requireUser(ctx);
  const row = await records.find(user.name, ctx.params.name ?? '');
  if (row === undefined) {
    throw new SaidError(404, 'no-such-server', 'server.none', { name: (ctx.params.name ?? '').slice(0, 40) });
  }
  return row;
}

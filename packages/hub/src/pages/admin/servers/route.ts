import type { ServerRow } from '../../../db/server-row.js';
import type { Services } from '../../../services.js';
import type { HubRouter, PageContext } from '../../../web/hub-context.js';
import type { RenderPage } from '../../../web/render-page.js';
import { requireAdmin } from '../../../web/require-user.js';
import { SaidError } from '../../../web/web-error.js';
import { surroundingsOf } from '../../words/surroundings-of.js';
import { renderAdminPage } from '../render-admin-page.js';
import { askActivity } from './ask-activity.js';
import { describeDetail } from './describe-detail.js';
import { adminPathOf, describeList } from './describe-list.js';
import { readFilter, toQuery } from './read-filter.js';

type AdminServices = Pick<Services, 'records' | 'servers' | 'sites' | 'templates' | 'ends' | 'log'>;

/** `/hub/admin/servers`: the servers of all users, one of them, and how to stop it. */
export function registerAdminServers(router: HubRouter, services: AdminServices, renderPage: RenderPage): void {
  router.get('/hub/admin/servers', async (ctx) => {
    requireAdmin(ctx);
    const { say } = ctx.state;
    const filter = readFilter(ctx);
    const surroundings = surroundingsOf(services, say);
    const [slice, activity] = await Promise.all([
      services.records.list(toQuery(filter, surroundings.now)),
      askActivity(services),
    ]);
    renderAdminPage(ctx, renderPage, {
      section: 'servers',
      view: 'admin-servers',
      title: say('admin.servers'),
      styles: ['admin/servers/servers.css'],
      scripts: ['admin/admin.js'],
      data: describeList({ filter, slice, activity, surroundings }),
    });
  });

  router.get('/hub/admin/servers/:id', async (ctx) => {
    requireAdmin(ctx);
    const { say } = ctx.state;
    const row = await findServer(ctx, services);
    const { records } = services;
    const [events, script] = await Promise.all([records.events(row.id), records.readScript(row.id)]);
    const view = describeDetail(row, { events, script }, surroundingsOf(services, say));
    renderAdminPage(ctx, renderPage, {
      section: 'servers',
      view: 'admin-server',
      title: say('adminServers.titleOf', { name: view.name, user: view.owner }),
      styles: ['server/server.css', 'admin/servers/servers.css'],
      scripts: ['admin/admin.js'],
      data: view,
    });
  });

  router.post('/hub/admin/servers/:id/stop', async (ctx) => {
    const admin = requireAdmin(ctx);
    const row = await findServer(ctx, services);
    await services.servers.stopForAdmin(row.id, admin.name);
    ctx.redirect(adminPathOf(row));
    ctx.status = 303;
  });
}

/** @throws SaidError 404 */
async function findServer(ctx: PageContext, { records }: AdminServices): Promise<ServerRow> {
  const row = await records.get(ctx.params.id ?? '');
  if (row === undefined) {
    throw new SaidError(404, 'no-such-server', 'adminServers.unknown');
  }
  return row;
}

import { accountPattern } from '@juhub/connector';
import type { Site } from '../../../sites/site.js';
import type { HubRouter, PageContext } from '../../../web/hub-context.js';
import { readField } from '../../../web/read-field.js';
import type { RenderPage } from '../../../web/render-page.js';
import { requireAdmin } from '../../../web/require-user.js';
import { SaidError } from '../../../web/web-error.js';
import { renderAdminPage } from '../render-admin-page.js';
import { accountOfTest, loadSites, type SitesServices } from './load-sites.js';
import { describeSiteForAdmin } from './sites-view.js';

const PATH = '/hub/admin/sites';

/** `/hub/admin/sites`: how the sites are reached, and a self-test of the whole way there. */
export function registerAdminSites(router: HubRouter, services: SitesServices, renderPage: RenderPage): void {
  router.get(PATH, async (ctx) => {
    const admin = requireAdmin(ctx);
    const { say } = ctx.state;
    const { sites, connectorProblem } = await loadSites(services, admin.name);
    renderAdminPage(ctx, renderPage, {
      section: 'sites',
      view: 'admin-sites',
      title: say('admin.sites'),
      styles: ['admin/sites/sites.css'],
      scripts: ['admin/admin.js'],
      data: { sites: sites.map((parts) => describeSiteForAdmin(parts, say)), connectorProblem },
    });
  });

  router.post(`${PATH}/:site/check`, async (ctx) => {
    const admin = requireAdmin(ctx);
    const site = services.sites.get(ctx.params.site ?? '');
    if (site === undefined) {
      return ctx.throw(404);
    }
    await services.siteChecks.check(site, readAccount(ctx, site, admin.name), admin.name);
    ctx.redirect(`${PATH}#site-${site.name}`);
    ctx.status = 303;
  });
}

/** @throws SaidError 422 when it can be no account */
function readAccount(ctx: PageContext, site: Site, admin: string): string {
  const account = readField(ctx, 'account').trim();
  if (account === '') {
    return accountOfTest(site, admin);
  }
  // Whether the site has such an account is found out by the test.
  if (!accountPattern.test(account)) {
    throw new SaidError(422, 'bad-account', 'adminSites.badAccount');
  }
  return account;
}

import { accountOfTest, loadSites } from '../../pages/admin/sites/load-sites.js';
import { type ApiRoute, defineRoute } from '../api-route.js';
import { describeSiteCheck, describeSiteStatus } from '../describe/describe-site-status.js';
import { newCheckShape, siteCheckShape, siteStatusesShape } from '../shapes/admin-site-shape.js';
import { findSite } from './find-site.js';

/** How the sites are reached. */
export const adminSiteRoutes: readonly ApiRoute[] = [
  defineRoute({
    method: 'get',
    path: '/admin/sites',
    id: 'listSiteStatuses',
    summary: 'How the sites are reached: connections, last answer, maintenance, last self-test.',
    access: 'admin',
    answers: { 200: { description: 'All sites.', schema: siteStatusesShape } },
    handle: async ({ token }, services) => {
      const { sites, connectorProblem = null } = await loadSites(services, token.user.name);
      return { status: 200, body: { sites: sites.map(describeSiteStatus), connectorProblem } };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/admin/sites/{site}/check',
    id: 'checkSite',
    summary: 'Walks the whole way to a site now, on a connection of its own. It can take half a minute.',
    access: 'admin',
    body: newCheckShape,
    answers: { 200: { description: 'What was found; that something failed is no error.', schema: siteCheckShape } },
    errors: [404],
    handle: async (call, services) => {
      const site = findSite(call, services);
      const admin = call.token.user.name;
      const account = call.body.account ?? accountOfTest(site, admin);
      return { status: 200, body: describeSiteCheck(await services.siteChecks.check(site, account, admin)) };
    },
  }),
];

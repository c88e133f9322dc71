import type { ApiRoute } from '../api-route.js';
import { adminServerRoutes } from './admin-server-routes.js';
import { adminSiteRoutes } from './admin-site-routes.js';
import { adminStatusRoutes } from './admin-status-routes.js';
import { adminTemplateRoutes } from './admin-template-routes.js';
import { expectedStartRoute } from './expected-start-route.js';
import { insightRoutes } from './insight-routes.js';
import { noticeRoutes } from './notice-routes.js';
import { createOpenRoutes } from './open-routes.js';
import { passRoute } from './pass-route.js';
import { createProgressRoute } from './progress-route.js';
import { serverRoutes } from './server-routes.js';
import { siteRoutes } from './site-routes.js';
import { userRoutes } from './user-routes.js';

/** Every route of the API. */
export function listRoutes(): readonly ApiRoute[] {
  const own = [...userRoutes, ...serverRoutes, ...insightRoutes, createProgressRoute(), passRoute, expectedStartRoute];
  const ofAdmins = [
    ...adminServerRoutes,
    ...adminSiteRoutes,
    ...adminStatusRoutes,
    ...noticeRoutes,
    ...adminTemplateRoutes,
  ];
  const routes = [...own, ...siteRoutes, ...ofAdmins];
  return [...createOpenRoutes(routes), ...routes];
}

import type { ApiRoute } from '../api-route.js';
import { expectedStartRoute } from './expected-start-route.js';
import { insightRoutes } from './insight-routes.js';
import { createOpenRoutes } from './open-routes.js';
import { passRoute } from './pass-route.js';
import { createProgressRoute } from './progress-route.js';
import { serverRoutes } from './server-routes.js';
import { siteRoutes } from './site-routes.js';
import { userRoutes } from './user-routes.js';

/** Every route of the API. */
export function listRoutes(): readonly ApiRoute[] {
  const own = [...userRoutes, ...serverRoutes, ...insightRoutes, createProgressRoute(), passRoute, expectedStartRoute];
  const routes = [...own, ...siteRoutes];
  return [...createOpenRoutes(routes), ...routes];
}

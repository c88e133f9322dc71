import type { Site } from '../../sites/site.js';
import { WebError } from '../../web/web-error.js';
import type { ApiCall, ApiServices } from '../api-route.js';

/** The site of the path. @throws WebError 404 */
export function findSite({ parameters }: Pick<ApiCall, 'parameters'>, { sites }: Pick<ApiServices, 'sites'>): Site {
  const site = sites.get(parameters.site);
  if (site === undefined) {
    throw new WebError(404, 'not-found', `There is no site called “${parameters.site}”.`);
  }
  return site;
}

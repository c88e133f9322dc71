import type { Services } from '../../services.js';
import type { Surroundings } from './describe-server.js';

/** What servers are described with, as it is now. */
export function surroundingsOf({ sites, templates }: Pick<Services, 'sites' | 'templates'>): Surroundings {
  return { now: new Date(), sites, templates: templates() };
}

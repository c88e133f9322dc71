import type { Say } from '../../messages/say.js';
import type { Services } from '../../services.js';
import type { Surroundings } from './describe-server.js';

/** What servers are described with, as it is now, in the language of the reader. */
export function surroundingsOf({ sites, templates }: Pick<Services, 'sites' | 'templates'>, say: Say): Surroundings {
  return { now: new Date(), say, sites, templates: templates() };
}

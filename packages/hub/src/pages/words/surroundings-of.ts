import type { ServerRow } from '../../db/server-row.js';
import type { Say } from '../../messages/say.js';
import type { Services } from '../../services.js';
import { askWithin } from '../start/ask-within.js';
import type { Surroundings } from './describe-server.js';

/** No page waits longer for a queue; what comes later is there for the next one. */
const QUEUE_WITHIN_MS = 400;

/** What servers are described with, as it is now, in the language of the reader. */
export function surroundingsOf(
  { sites, templates, servers }: Pick<Services, 'sites' | 'templates' | 'servers'>,
  say: Say,
): Surroundings {
  return { now: new Date(), say, sites, templates: templates(), placeInLine: ({ id }) => servers.placeOf(id) };
}

/** The same, with the places of these servers' jobs in their queues. */
export async function surroundingsInQueue(
  services: Pick<Services, 'sites' | 'templates' | 'servers' | 'insight'>,
  say: Say,
  rows: readonly ServerRow[],
): Promise<Surroundings> {
  const { insight } = services;
  await askWithin(Promise.all(rows.map((row) => insight.position(row))), QUEUE_WITHIN_MS);
  return { ...surroundingsOf(services, say), positionOf: (row) => insight.knownPosition(row) };
}

import { z } from 'zod';

/** The shapes that have a name of their own in the OpenAPI document. */
export const components = z.registry<{ id: string }>();

/** How far a question of the hub came before it failed. */
export const hopShape = z
  .enum(['hub', 'site', 'scheduler', 'server'])
  .describe('`hub`: juhub itself; `site`: SSH to the site; `scheduler`; `server`: its port on its node.');

/** A point in time: ISO 8601 in UTC. */
export const momentShape = z.iso.datetime();

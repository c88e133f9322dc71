import { z } from 'zod';
import { components, momentShape } from './components.js';
import { serverDetailFields, serverFields, stateShape } from './server-shape.js';

const mostPages = 10_000;

/** Which servers of all users are wanted. */
export const serverQueryShape = z.strictObject({
  state: z
    .enum(['living', ...stateShape.options])
    .default('living')
    .describe('`living`: those that have not ended; `ended`: those that ended in the last 24 hours.'),
  site: z.string().max(64).default('').describe('Only of this site.'),
  user: z.string().trim().max(64).default('').describe('Only of users with this in their name.'),
  page: z.coerce.number().int().min(1).max(mostPages).default(1).describe('A hundred servers each.'),
});

/** What an administrator is told beside what its owner is; nothing of it leads into the notebook. */
const ownFields = {
  user: z.string().describe('Whose it is.'),
  account: z.string().describe('The UNIX account that it runs as.'),
  lastActivity: momentShape.nullable().describe('When data last passed through its route; null: not known, or never.'),
};

const { url: _url, progress_url: _progress, ...listedFields } = serverFields;
const { url: _detailUrl, progress_url: _detailProgress, ...detailFields } = serverDetailFields;

const adminServerShape = z.strictObject({ ...ownFields, ...listedFields }).register(components, { id: 'AdminServer' });

/** Servers of all users. */
export const adminServersShape = z
  .strictObject({
    servers: z.array(adminServerShape).describe('The newest, or last ended, first.'),
    total: z.int().describe('How many there are on all pages.'),
  })
  .register(components, { id: 'AdminServers' });

/** One server of anybody, with its history. */
export const adminServerDetailShape = z
  .strictObject({
    ...ownFields,
    ...detailFields,
    templateVersion: z.string(),
    script: z.string().nullable().describe('The job script; the secret is not in it.'),
    stoppedBy: z.string().nullable().describe('The administrator who stopped it.'),
  })
  .register(components, { id: 'AdminServerDetail' });

export type AdminServerBody = z.infer<typeof adminServerShape>;
export type AdminServerDetailBody = z.infer<typeof adminServerDetailShape>;

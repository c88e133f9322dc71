import { z } from 'zod';
import { components, momentShape } from './components.js';
import { noticeShape } from './notice-shape.js';

/** As whom a site is to be tested. */
export const newCheckShape = z
  .strictObject({
    account: z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/, 'That is no name of a UNIX account.')
      .optional()
      .describe('The service account of the site where it is left out, or the account that one has there.'),
  })
  .register(components, { id: 'NewSiteCheck' });

const stepShape = z.strictObject({
  step: z.enum([
    ...['connector', 'name', 'files', 'port', 'host-key', 'sign-in', 'command', 'home', 'tunnel', 'scheduler'],
  ] as const),
  hop: z.string().describe('Where: `ACCOUNT@HOST:PORT`, or the site.'),
  ok: z.boolean(),
  tookMs: z.number(),
  detail: z.string().describe('What was found, in the words of whoever found it.'),
  advice: z.string().nullable().describe('What to do; only of a step that failed.'),
});

/** What a self-test of a site found. */
export const siteCheckShape = z
  .strictObject({
    site: z.string(),
    account: z.string().describe('The UNIX account that it was done as.'),
    at: momentShape,
    ok: z.boolean().describe('The whole way works. One login node of several may have failed all the same.'),
    steps: z.array(stepShape).describe('In the order in which they were walked.'),
  })
  .register(components, { id: 'SiteCheck' });

const connectionShape = z.strictObject({
  account: z.string(),
  state: z.enum(['connected', 'connecting', 'backoff', 'closed']),
  since: momentShape,
  host: z.string().nullable(),
  problem: z.string().nullable().describe('Why it was lost; only while it is not connected.'),
});

const siteStatusShape = z
  .strictObject({
    name: z.string(),
    title: z.string(),
    loginNodes: z.array(z.string()).describe('`HOST:PORT`; none of a site that is the hub’s own machine.'),
    servers: z.int().describe('How many have not ended.'),
    askedAt: momentShape.nullable().describe('When it last said what it has; null: not since the hub was started.'),
    problem: z.string().nullable().describe('Why it cannot be asked now.'),
    connections: z.array(connectionShape).describe('SSH connections that the connector keeps.'),
    maintenance: noticeShape.nullable().describe('The maintenance that closes it now.'),
    check: siteCheckShape.nullable().describe('The last self-test since the hub was started.'),
  })
  .register(components, { id: 'SiteStatus' });

/** How the sites are reached. */
export const siteStatusesShape = z
  .strictObject({
    sites: z.array(siteStatusShape),
    connectorProblem: z.string().nullable().describe('Why nothing is known of connections.'),
  })
  .register(components, { id: 'SiteStatuses' });

export type SiteCheckBody = z.infer<typeof siteCheckShape>;
export type SiteStatusBody = z.infer<typeof siteStatusShape>;

import { z } from 'zod';
import { components } from './components.js';
import { serverShape } from './server-shape.js';

/** The user of a token. */
export const userShape = z
  .strictObject({
    kind: z.literal('user'),
    name: z.string(),
    admin: z.boolean(),
    scopes: z.array(z.enum(['servers', 'read:servers', 'read:sites', 'admin'])).describe('What the token is good for.'),
    servers: z
      .record(z.string(), serverShape)
      .nullable()
      .describe('The servers that have not ended, by name; null where the token may not read them.'),
    mostServers: z.int().describe('How many servers that have not ended the user may have, on all sites together.'),
  })
  .register(components, { id: 'User' });

export type UserBody = z.infer<typeof userShape>;

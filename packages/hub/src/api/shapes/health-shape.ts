import { z } from 'zod';
import { components } from './components.js';

/** How the hub is, and what is wrong. */
export const healthShape = z
  .strictObject({
    status: z
      .enum(['ok', 'troubled', 'failing'])
      .describe('`failing`: the hub can do nothing; `troubled`: something of it is hindered.'),
    troubles: z.array(
      z.strictObject({
        what: z.string().describe('`database`, `disk`, `connector`, `proxy`, `certificate` or `site:NAME`.'),
        message: z.string().describe('What does not work, and why.'),
        isFatal: z.boolean(),
      }),
    ),
  })
  .register(components, { id: 'Health' });

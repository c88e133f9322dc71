import { z } from 'zod';
import { accountSchema, hostSchema } from '../connector-site.js';

const siteNameSchema = z.string().min(1).max(64);

/** `POST /commands`: run a command; aborting the request ends it. */
export const commandRequestSchema = z.strictObject({
  site: siteNameSchema,
  account: accountSchema,
  argv: z.array(z.string()).min(1).max(10_000),
  stdin: z.string().optional(),
  timeoutMs: z.int().min(1).max(3_600_000).optional(),
});

/** `PUT /tunnels/:name`: where the tunnel shall lead. */
export const endpointSchema = z.strictObject({
  site: siteNameSchema,
  account: accountSchema,
  host: hostSchema,
  port: z.int().min(1).max(65_535),
});

/** `POST /checks`: whose way in to walk. */
export const checkRequestSchema = z.strictObject({ site: siteNameSchema, account: accountSchema });

/** Names of tunnels become file names. */
export const tunnelNameSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'expected a tunnel name (letters a-z, digits and "-")');

/** A command with the identity that runs it. */
export type CommandRequest = z.input<typeof commandRequestSchema>;

/** An identity whose way in is to be tested. */
export type CheckRequest = z.input<typeof checkRequestSchema>;

/** `GET /health`. */
export interface ConnectorHealth {
  status: 'ok';
  pid: number;
  uptimeSeconds: number;
  tunnels: number;
  connections: number;
}

import { isIP } from 'node:net';
import { z } from 'zod';

const portSchema = z.int().min(1).max(65_535);

/**
 * UNIX account names, with the dots and capitals of directory services; the first character keeps them from being an
 * option or a path.
 */
export const accountPattern = /^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/;

/** Whether `value` can be a host: an IP address, or a name of letters, digits, `.`, `_` and `-`. */
export function isHost(value: string): boolean {
  return isIP(value) !== 0 || /^[a-z0-9_]([a-z0-9._-]{0,252})$/i.test(value);
}

/** A host name or an IP address. */
export const hostSchema = z
  .string()
  .refine(isHost, 'expected a host name or an IP address (letters, digits, ".", "-", "_", ":")');

/** A UNIX account name. */
export const accountSchema = z.string().regex(accountPattern, 'expected a UNIX account name');

const userSchema = z.union([z.literal('{account}'), accountSchema]);

const jumpSchema = z.strictObject({
  host: hostSchema,
  port: portSchema.default(22),
  /** The account on the jump host; `{account}` is the account that is asked for. */
  user: userSchema.default('{account}'),
  /** As the site's own, when left out. */
  knownHostsFile: z.string().min(1).optional(),
  privateKeyFile: z.string().min(1).optional(),
  passphraseFile: z.string().min(1).optional(),
});

/** The fields of a site, for a configuration that embeds them with fields of its own; check with `checkConnectorSite`. */
export const connectorSiteFields = {
  name: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/i, 'expected letters, digits, "-" and "_"'),
  /** `ssh`: reached by SSH. `local`: this machine itself, commands are child processes. */
  kind: z.enum(['ssh', 'local']),
  /** Login nodes in the order in which they are tried; the last one that worked comes first. */
  hosts: z.array(z.strictObject({ host: hostSchema, port: portSchema.default(22) })).optional(),
  /** Host keys that are trusted, in the format of sshd(8) "SSH_KNOWN_HOSTS FILE FORMAT". */
  knownHostsFile: z.string().min(1).optional(),
  /** The private key; `{account}` in it is replaced by the account. Nobody but its owner may read it. */
  privateKeyFile: z.string().min(1).optional(),
  /** File that holds the passphrase of the private key; `{account}` is replaced here too. */
  passphraseFile: z.string().min(1).optional(),
  /** A host in between (ProxyJump of ssh_config(5)). */
  jump: jumpSchema.optional(),
  /** Seconds between signs of life on a quiet connection; three unanswered ones end it. */
  keepaliveSeconds: z.number().positive().max(3600).default(15),
  /** Milliseconds for reaching one host, and again for signing in there. */
  connectTimeoutMs: z.int().min(100).max(120_000).default(10_000),
};

interface SiteParts {
  kind: 'ssh' | 'local';
  hosts?: unknown[] | undefined;
  knownHostsFile?: string | undefined;
  privateKeyFile?: string | undefined;
}

/** Says what a site of kind `ssh` lacks; to be used with zod's `superRefine`. */
export function checkConnectorSite(site: SiteParts, context: z.RefinementCtx): void {
  if (site.kind !== 'ssh') return;
  const complain = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message });
  if (!site.hosts || site.hosts.length === 0) complain('hosts', 'a site of kind ssh needs at least one host');
  if (!site.knownHostsFile) complain('knownHostsFile', 'a site of kind ssh needs the file of its known host keys');
  if (!site.privateKeyFile) complain('privateKeyFile', 'a site of kind ssh needs a private key to sign in with');
}

/** A site as the connector reaches it, with defaults filled in. */
export const connectorSiteSchema = z.strictObject(connectorSiteFields).superRefine(checkConnectorSite);

/** A site as it is written in a configuration: what has a default may be left out. */
export type ConnectorSite = z.input<typeof connectorSiteSchema>;

/** A site after its check. */
export type CheckedSite = z.output<typeof connectorSiteSchema>;

import { z } from 'zod';
import {
  accountRuleSetting,
  accountSetting,
  databaseSetting,
  hostSetting,
  listenSetting,
  pathSetting,
  publicUrlSetting,
  siteNameSetting,
  trustedProxySetting,
  userNameSetting,
} from './setting-types.js';

const jump = z.strictObject({
  host: hostSetting.describe('The host to go through: HOST or HOST:PORT.'),
  account: z
    .union([z.literal('{account}'), accountSetting])
    .default('{account}')
    .describe('The UNIX account on that host; {account} is the one on the site.'),
  knownHosts: pathSetting
    .optional()
    .describe("A known_hosts file with the host's key; the site's own where none is given."),
  privateKey: pathSetting.optional().describe("The private key for that host; the site's own where none is given."),
  passphraseFile: pathSetting.optional().describe("A file with the passphrase of the jump's own private key."),
});

const loginNode = z.union([
  z.boolean(),
  z.strictObject({
    title: z.string().min(1).default('Login node').describe('What people read in the form.'),
    maxMinutes: z
      .int()
      .min(1)
      .optional()
      .describe('The longest time a server may run there; no limit where none is given.'),
  }),
]);

const idle = z.strictObject({
  minutes: z.number().min(0.1).max(525_600).describe('Minutes without any activity after which a server is ended.'),
  evenIfBusy: z
    .boolean()
    .default(false)
    .describe('Whether a kernel that computes is no activity: true ends servers in the middle of a computation.'),
});

const anySite = {
  name: siteNameSetting.describe('A short name, used in addresses and logs.'),
  title: z.string().min(1).max(80).optional().describe('What people read; the name where none is given.'),
  accounts: z
    .record(userNameSetting, accountSetting)
    .default({})
    .describe('UNIX accounts that differ from the rule: user name → account.'),
  serviceAccount: accountSetting
    .optional()
    .describe("The account that asks what belongs to nobody (partitions, nodes); a user's own where none is given."),
  loginNode: loginNode
    .optional()
    .describe(
      'Whether servers may run on the login node itself, without a job; on by default only where there is no scheduler.',
    ),
  idle: idle
    .optional()
    .describe(
      'When servers that nobody uses are ended; never where it is not given, unless a template or a user asks for it.',
    ),
  pollSeconds: z.number().min(0.5).max(300).default(5).describe('Seconds between two questions to the queue.'),
  startsAtOnce: z
    .int()
    .min(1)
    .default(10)
    .describe('How many servers may be handed to the site at the same time; the others stand in line.'),
};

const sshSite = z.strictObject({
  ...anySite,
  kind: z.literal('ssh'),
  scheduler: z.enum(['slurm', 'none']).default('slurm').describe('slurm, or none for a machine without a queue.'),
  account: accountRuleSetting
    .default('{user}')
    .describe("The UNIX account of a user on the cluster; {user} stands for the user's name."),
  hosts: z.array(hostSetting).min(1).describe('The login nodes, HOST or HOST:PORT; the first that answers is taken.'),
  knownHosts: pathSetting.describe(
    "OpenSSH's known_hosts file with the keys of the login nodes. An unknown or changed key stops the connection.",
  ),
  privateKey: pathSetting.describe(
    'The private key that lets juhub in; {account} in its path is replaced by the UNIX account.',
  ),
  passphraseFile: pathSetting.optional().describe('A file with the passphrase of the private key.'),
  jump: jump.optional().describe('A host that every connection goes through (ProxyJump).'),
  keepaliveSeconds: z
    .int()
    .min(1)
    .max(3600)
    .default(15)
    .describe('Seconds between two signs of life on an idle connection.'),
  connectTimeoutSeconds: z.int().min(1).max(120).default(10).describe('Seconds that reaching a host may take.'),
});

const localSite = z.strictObject({
  ...anySite,
  kind: z.literal('local'),
  scheduler: z
    .enum(['slurm', 'none'])
    .default('none')
    .describe('none, or slurm where this machine submits jobs itself.'),
  account: accountRuleSetting
    .optional()
    .describe('The UNIX account that everything runs as: the one that juhub itself runs as, which is the default.'),
});

/** A cluster: `kind` says whether it is reached over SSH or is this machine itself. */
const site = z.discriminatedUnion('kind', [sshSite, localSite]);

const user = z.strictObject({
  name: userNameSetting.describe('The name to sign in with.'),
  passwordHash: z
    .string()
    .regex(/^\$scrypt\$/, 'expected the hash that `juhub user hash` prints, beginning with $scrypt$')
    .describe('The scrypt hash of the password, as `juhub user hash` prints it.'),
  admin: z.boolean().default(false).describe('Whether the user may administer juhub.'),
});

const tls = z.strictObject({
  certificate: pathSetting.describe('The certificate in PEM, with its chain, its own first (fullchain.pem).'),
  key: pathSetting.describe('Its private key in PEM.'),
  passphraseFile: pathSetting.optional().describe('A file with the passphrase of that key.'),
});

const publicAddress = z.strictObject({
  url: publicUrlSetting
    .optional()
    .describe(
      'The address that browsers use; made from `listen` and `tls` where none is given. With https cookies are Secure.',
    ),
  listen: listenSetting
    .default('127.0.0.1:8000')
    .describe('Where the proxy listens: HOST:PORT, fd:3 (socket activation) or unix:/PATH.'),
  tls: tls
    .optional()
    .describe(
      'With it the proxy itself speaks HTTPS on `listen`, HTTP/1.1 and HTTP/2; HTTP where it is not given. Files that change are read again.',
    ),
  redirect: listenSetting
    .optional()
    .describe(
      'A second address like `listen`, such as :80, on which plain HTTP is answered with a redirect to `url`; needs `tls`.',
    ),
  trustedProxies: z
    .array(trustedProxySetting)
    .default([])
    .describe(
      'Web servers in front, by address, network (10.0.0.0/8) or unix: what they say about where a request came from (X-Forwarded-For) is believed; anybody else is not.',
    ),
  accessLog: pathSetting
    .optional()
    .describe(
      'A file that gets a line of JSON for each request, or - for standard output; none where none is given. No query, cookie or token is in it.',
    ),
  maxConnections: z
    .int()
    .min(0)
    .default(0)
    .describe('Open connections of all browsers together, and as many again on `redirect`; 0 for no limit.'),
  maxConnectionsPerClient: z
    .int()
    .min(0)
    .default(0)
    .describe(
      'Open connections of one address (of IPv6: of one /64); 0 for no limit. Behind a trusted proxy requests and WebSockets under way are counted, by the address that it names.',
    ),
});

const signIn = z.strictObject({
  attemptsPerMinute: z.int().min(1).default(5).describe('Wrong passwords in a minute for one name from one address.'),
  attemptsPerHour: z.int().min(1).default(50).describe('Wrong passwords in an hour for one name from anywhere.'),
});

const limits = z.strictObject({
  startsAtOnce: z
    .int()
    .min(1)
    .default(20)
    .describe('How many servers may be handed to all sites together at the same time; the others stand in line.'),
  startsAtOnceForUser: z.int().min(1).default(2).describe('The same for the servers of one user.'),
  serversPerUser: z.int().min(1).default(10).describe('How many servers that have not ended a user may have.'),
});

/** Every setting with its type, default and meaning; anything else in the file is an error. */
export const settingsSchema = z.strictObject({
  public: publicAddress.prefault({}).describe('Where browsers find juhub.'),
  stateDir: pathSetting
    .default('./state')
    .describe('The folder for the database, keys and sockets; made with mode 0700.'),
  database: databaseSetting
    .optional()
    .describe('sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE; SQLite in the state folder where none is given.'),
  templates: pathSetting
    .optional()
    .describe('The folder with the job templates; those that come with juhub by default.'),
  users: z.array(user).default([]).describe('Local accounts besides those made with `juhub user add`.'),
  sites: z.array(site).min(1).describe('The clusters.'),
  sessions: z
    .strictObject({ days: z.number().positive().max(365).default(7).describe('Days after the last visit.') })
    .prefault({})
    .describe('How long somebody stays signed in.'),
  signIn: signIn.prefault({}).describe('How many wrong passwords are taken.'),
  limits: limits.prefault({}).describe('How much is started at once, and how much one user may have.'),
  log: z
    .strictObject({
      level: z
        .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
        .default('info')
        .describe('The least weight of a message that is written.'),
    })
    .prefault({})
    .describe('What is written to standard error.'),
});

/** The settings as the file has them, checked and with their defaults, not yet resolved. */
export type Settings = z.output<typeof settingsSchema>;

export type SiteSettings = Settings['sites'][number];

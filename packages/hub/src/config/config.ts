/**
 * The settings of a juhub installation as the rest of the hub sees them: every default filled in, every path
 * absolute. `loadConfig` makes them from a file; `settings-schema.ts` says what the file may hold.
 */
export interface Config {
  /** The file that the settings were read from (absolute). */
  file: string;
  public: PublicAddress;
  /** The folder with everything that juhub writes itself (absolute). */
  stateDir: string;
  database: DatabaseConfig;
  /** The folder with the job templates (absolute). */
  templates: string;
  /** Accounts that live in the configuration and not in the database. */
  users: ConfigUser[];
  sites: SiteConfig[];
  sessions: { days: number };
  signIn: SignInLimits;
  limits: SpawnLimits;
  log: { level: LogLevel };
}

/** Where browsers find juhub, and where the proxy listens for them. */
export interface PublicAddress {
  /** The origin as browsers see it, such as `https://juhub.example.org`; no path, no slash at the end. */
  url: string;
  listen: ListenAddress;
  /** With it the proxy itself speaks HTTPS. */
  tls?: TlsConfig;
  /** Where plain HTTP is answered with a redirect to `url`. */
  redirect?: ListenAddress;
  /** Addresses, networks and `unix`: web servers in front, whose X-Forwarded-For is believed. */
  trustedProxies: readonly string[];
  /** The file for a line for each request, absolute, or `-` for standard output. */
  accessLog?: string | undefined;
  /** Open connections of all clients together, and of one client address; 0 for any number. */
  maxConnections: number;
  maxConnectionsPerClient: number;
}

/** The files of the proxy's certificate, in PEM (absolute). */
export interface TlsConfig {
  certificate: string;
  key: string;
  /** A file that holds the passphrase of the key. */
  passphraseFile?: string;
}

/** A TCP address, an inherited file descriptor (systemd's socket activation) or a unix socket. */
export type ListenAddress = HostAddress | { fd: number } | { socketPath: string };

export type DatabaseConfig = { engine: 'sqlite'; file: string } | { engine: 'postgres'; url: string };

/** A local account of the configuration file; the password is there only as its scrypt hash. */
export interface ConfigUser {
  name: string;
  passwordHash: string;
  admin: boolean;
}

/** How many wrong passwords are taken before juhub asks to wait. */
export interface SignInLimits {
  /** Wrong attempts in a minute for one name from one address. */
  attemptsPerMinute: number;
  /** Wrong attempts in an hour for one name from anywhere. */
  attemptsPerHour: number;
}

/** How much is started at once, and how much one user may have. */
export interface SpawnLimits {
  /** How many servers may be handed to all sites together at the same time. */
  startsAtOnce: number;
  /** How many of these one user's may be. */
  startsAtOnceForUser: number;
  /** How many servers that have not ended a user may have. */
  serversPerUser: number;
}

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** A cluster as the hub reaches it: over SSH, or this machine itself. */
export type SiteConfig = SshSiteConfig | LocalSiteConfig;

interface SiteBase {
  name: string;
  /** What people read; the name where none is given. */
  title: string;
  /** The UNIX account of a user on the site; `{user}` stands for the user's name. */
  account: string;
  /** UNIX accounts that differ from the rule, by the user's name. */
  accounts: Readonly<Record<string, string>>;
  /** The account that asks for what belongs to nobody (partitions, nodes, the queue); a user's own where none is given. */
  serviceAccount?: string;
  scheduler: 'slurm' | 'none';
  /** Set when servers may run on the login node itself, as a plain process. */
  loginNode?: LoginNodeConfig;
  /** When servers that nobody uses are ended; never where it is not set. */
  idle?: { minutes: number; evenIfBusy: boolean };
  /** Seconds between two questions to the queue. */
  pollSeconds: number;
  /** How many servers may be handed to the site at the same time. */
  startsAtOnce: number;
}

export interface SshSiteConfig extends SiteBase {
  kind: 'ssh';
  hosts: HostAddress[];
  /** OpenSSH's known_hosts file with the keys of the hosts (absolute). */
  knownHosts: string;
  /** The private key that every account of the site lets in (absolute). */
  privateKey: string;
  /** A file that holds the passphrase of the private key (absolute). */
  passphraseFile?: string;
  jump?: JumpConfig;
  keepaliveSeconds: number;
  connectTimeoutSeconds: number;
}

export interface LocalSiteConfig extends SiteBase {
  kind: 'local';
}

export interface HostAddress {
  host: string;
  port: number;
}

/** A host that the connection goes through (OpenSSH's ProxyJump); the site's own key and known_hosts are used where none are given. */
export interface JumpConfig extends HostAddress {
  /** `{account}` stands for the account on the site. */
  account: string;
  knownHosts: string;
  privateKey: string;
  passphraseFile?: string;
}

export interface LoginNodeConfig {
  title: string;
  /** The longest time a server may run there, in minutes; none where it may run for ever. */
  maxMinutes?: number;
}

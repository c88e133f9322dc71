import type { Auth } from '../auth/auth.js';
import type { Config } from '../config/config.js';
import type { Database } from '../db/open-database.js';
import type { Log } from '../log.js';

/** What the shell needs of the hub; pages name for themselves what they need. */
export interface ShellServices {
  readonly config: Config;
  readonly database: Database;
  readonly auth: Auth;
  readonly log: Log;
}

import type { Auth } from '../auth/auth.js';
import type { Config } from '../config/config.js';
import type { Database } from '../db/open-database.js';
import type { Log } from '../log.js';

/** What the hub is made of, handed to every page. */
export interface Services {
  readonly config: Config;
  readonly database: Database;
  readonly auth: Auth;
  readonly log: Log;
}

import { Accounts } from '../auth/accounts.js';
import type { ConfigUser } from '../config/config.js';
import { loadConfig } from '../config/load-config.js';
import { type Database, openDatabase } from '../db/open-database.js';

/** What the commands on accounts work with. */
export interface UserRoom {
  database: Database;
  accounts: Accounts;
  /** The users of the configuration file, by name. */
  configured: ReadonlyMap<string, ConfigUser>;
}

/** Opens the database of a configuration for as long as `work` takes. A hub may be running: both use the same one. */
export async function withUsers(configFile: string, work: (room: UserRoom) => Promise<void>): Promise<void> {
  const config = loadConfig(configFile);
  const database = await openDatabase(config.database);
  try {
    const configured = new Map(config.users.map((user) => [user.name, user]));
    await work({ database, accounts: new Accounts(config.users, database.users), configured });
  } finally {
    await database.close();
  }
}

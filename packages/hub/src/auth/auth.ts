import { signGateToken } from '@juhub/proxy';
import type { Config } from '../config/config.js';
import type { StatePaths } from '../config/state-paths.js';
import type { Database } from '../db/open-database.js';
import { Accounts } from './accounts.js';
import { ApiTokens } from './api-tokens.js';
import { readGateKey } from './secret-files.js';
import { Sessions } from './sessions.js';
import { SignInLimits } from './sign-in-limits.js';

/** Who people are, and what they may pass. */
export interface Auth {
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly signInLimits: SignInLimits;
  readonly apiTokens: ApiTokens;
  /** What lets one session's browser, or one API token's program, through the proxy's gate to one server. */
  issueGateToken(pass: GatePass): string;
}

/** Who may pass where, and until when. */
export interface GatePass {
  user: string;
  serverId: string;
  /** `Session.id`, or `ApiToken.passId` */
  sessionId: string;
  expiresAt: Date;
}

/** Puts the parts together; makes the gate's keys where there are none yet. */
export function createAuth(config: Config, database: Database, paths: StatePaths): Auth {
  const accounts = new Accounts(config.users, database.users);
  const gateKey = readGateKey(paths);
  return {
    accounts,
    sessions: new Sessions(config.sessions.days, database, accounts),
    signInLimits: new SignInLimits(config.signIn),
    apiTokens: new ApiTokens(database, accounts),
    issueGateToken({ user, serverId, sessionId, expiresAt }) {
      const times = { iat: toSeconds(Date.now()), exp: toSeconds(expiresAt.getTime()) };
      return signGateToken({ v: 1, user, server: serverId, session: sessionId, ...times }, gateKey);
    },
  };
}

function toSeconds(timeMs: number): number {
  return Math.floor(timeMs / 1000);
}

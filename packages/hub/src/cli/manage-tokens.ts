import { API_SCOPES, type ApiScope, ApiTokens, findLabelProblem, USUAL_SCOPES } from '../auth/api-tokens.js';
import { printTable } from './print-table.js';
import { withUsers } from './with-users.js';

/** What the commands on tokens are given. */
export interface TokenOptions {
  config: string;
  label?: string;
  days?: number;
  scope?: string[];
}

const DAY_MS = 86_400_000;

/** `juhub token add`: the token alone on standard output, so that a script can take it. */
export async function addToken(userName: string, options: TokenOptions): Promise<void> {
  const label = readLabel(options.label ?? '');
  const scopes = readScopes(options.scope ?? USUAL_SCOPES);
  const expiresAt = options.days === undefined ? undefined : new Date(Date.now() + options.days * DAY_MS);
  await withUsers(options.config, async ({ database, accounts }) => {
    if ((await accounts.find(userName)) === undefined) {
      throw new Error(`There is no user called ${userName}.`);
    }
    const { id, token } = await new ApiTokens(database, accounts).issue({ userName, label, scopes, expiresAt });
    const end = expiresAt === undefined ? 'does not expire' : `expires on ${sayTime(expiresAt, '')} UTC`;
    process.stderr.write(`Made the token ${id} for ${userName}; it ${end}. It is shown only now:\n`);
    process.stdout.write(`${token}\n`);
  });
}

/** `juhub token list`. */
export async function listTokens(userName: string | undefined, options: TokenOptions): Promise<void> {
  await withUsers(options.config, async ({ database, accounts }) => {
    const tokens = await new ApiTokens(database, accounts).list(userName);
    printTable([
      ['ID', 'USER', 'SCOPES', 'MADE', 'EXPIRES', 'LAST USED', 'LABEL'],
      ...tokens.map((token) => [
        token.id,
        token.userName,
        token.scopes.join(','),
        sayTime(token.createdAt, ''),
        sayTime(token.expiresAt, 'never'),
        sayTime(token.lastUsedAt, 'never'),
        token.label,
      ]),
    ]);
  });
}

/** `juhub token revoke`. A running hub takes it at once; passes that it gave for the token end within half a minute. */
export async function revokeToken(id: string, options: TokenOptions): Promise<void> {
  await withUsers(options.config, async ({ database, accounts }) => {
    const revoked = await new ApiTokens(database, accounts).revoke(id);
    if (revoked === undefined) {
      throw new Error(`There is no token ${JSON.stringify(id)}; \`juhub token list\` shows those that there are.`);
    }
    process.stdout.write(`Took back the token ${id} of ${revoked.userName} (${revoked.label}).\n`);
  });
}

function readLabel(label: string): string {
  const problem = findLabelProblem(label);
  if (problem !== undefined) {
    throw new Error(problem);
  }
  return label;
}

function readScopes(names: readonly string[]): ApiScope[] {
  const unknown = names.find((name) => !API_SCOPES.some((scope) => scope === name));
  if (unknown !== undefined) {
    throw new Error(`There is no scope ${JSON.stringify(unknown)}. There are: ${API_SCOPES.join(', ')}.`);
  }
  return API_SCOPES.filter((scope) => names.includes(scope));
}

function sayTime(time: Date | null, otherwise: string): string {
  return time === null ? otherwise : time.toISOString().slice(0, 16).replace('T', ' ');
}

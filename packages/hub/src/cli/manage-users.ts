import { hashPassword } from '../auth/password.js';
import type { UserRow } from '../db/users.js';
import { printTable } from './print-table.js';
import { readPassword } from './read-password.js';
import { type UserRoom, withUsers } from './with-users.js';

/** What the commands on accounts are given. */
export interface UserOptions {
  config: string;
  admin?: boolean;
  revoke?: boolean;
  passwordStdin?: boolean;
}

/** `juhub user add`. @throws UserNameRefused, PasswordRefused, UserExists */
export async function addUser(name: string, options: UserOptions): Promise<void> {
  await withUsers(options.config, async ({ accounts, configured }) => {
    if (configured.has(name)) {
      throw new Error(`${name} is one of the users in the configuration file already.`);
    }
    await accounts.add(name, await read(options), options.admin ?? false);
    print(`Added ${name}${options.admin ? ' as administrator' : ''}.`);
  });
}

/** `juhub user password`. */
export async function changePassword(name: string, options: UserOptions): Promise<void> {
  await withUsers(options.config, async (room) => {
    await findKept(room, name);
    const passwordHash = await hashPassword(await read(options));
    await room.database.users.setPassword(name, passwordHash);
    const ended = await room.database.sessions.endByUser(name, new Date());
    print(`Changed the password of ${name}${ended === 0 ? '' : ` and signed out ${ended} of its browsers`}.`);
  });
}

/** `juhub user admin`: counts from the user's next request on. */
export async function changeAdmin(name: string, options: UserOptions): Promise<void> {
  await withUsers(options.config, async (room) => {
    await findKept(room, name);
    await room.database.users.setAdmin(name, options.revoke !== true);
    print(options.revoke ? `${name} is no administrator any more.` : `${name} is an administrator now.`);
  });
}

/** `juhub user list`. */
export async function listUsers(options: UserOptions): Promise<void> {
  await withUsers(options.config, async ({ database, configured }) => {
    const kept = (await database.users.list()).filter(({ name }) => !configured.has(name));
    printTable([
      ['NAME', 'ADMIN', 'KEPT IN', 'LAST SIGN-IN'],
      ...[...configured.values()].map(({ name, admin }) => [name, sayYes(admin), 'configuration', '']),
      ...kept.map((user) => [user.name, sayYes(user.admin), 'database', sayTime(user.lastSignInAt)]),
    ]);
  });
}

/** `juhub user remove`: what ended servers of the user left goes too. */
export async function removeUser(name: string, options: UserOptions): Promise<void> {
  await withUsers(options.config, async (room) => {
    await findKept(room, name);
    const { servers, users, lastChoices, apiTokens } = room.database;
    const active = (await servers.listByUser(name)).filter(({ state }) => state !== 'ended');
    if (active.length > 0) {
      const names = active.map((server) => server.name).join(', ');
      throw new Error(`${name} still has servers that have not ended: ${names}. Stop them first.`);
    }
    await servers.purgeUser(name);
    await lastChoices.removeByUser(name);
    await apiTokens.revokeByUser(name, new Date());
    await users.remove(name);
    print(`Removed ${name}.`);
  });
}

/** `juhub user hash`. */
export async function printHash(options: UserOptions): Promise<void> {
  print(await hashPassword(await read(options)));
}

async function findKept({ database, configured }: UserRoom, name: string): Promise<UserRow> {
  if (configured.has(name)) {
    throw new Error(`${name} is one of the users in the configuration file; change it there.`);
  }
  const user = await database.users.get(name);
  if (user === undefined) {
    throw new Error(`There is no user called ${name}.`);
  }
  return user;
}

function read(options: UserOptions): Promise<string> {
  return readPassword({ input: process.stdin, output: process.stderr }, options.passwordStdin ?? false);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function sayYes(is: boolean): string {
  return is ? 'yes' : 'no';
}

function sayTime(time: Date | null): string {
  return time === null ? 'never' : time.toISOString().slice(0, 16).replace('T', ' ');
}

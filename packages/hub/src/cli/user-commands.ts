import type { Command } from 'commander';
import { configOption } from './config-option.js';
import type { UserOptions } from './manage-users.js';

const stdinOption = ['--password-stdin', 'read the password from standard input'] as const;

/** `juhub user …`: the local accounts in the database. */
export function addUserCommands(program: Command): void {
  const user = program.command('user').description('local accounts');
  user
    .command('add <name>')
    .description('make an account; the password is asked for')
    .option('--admin', 'may administer juhub')
    .option(...stdinOption)
    .addOption(configOption())
    .action(async (name: string, options: UserOptions) => (await load()).addUser(name, options));
  user
    .command('password <name>')
    .description('give an account another password, and sign it out everywhere')
    .option(...stdinOption)
    .addOption(configOption())
    .action(async (name: string, options: UserOptions) => (await load()).changePassword(name, options));
  user
    .command('admin <name>')
    .description('make an account an administrator')
    .option('--revoke', 'take that back')
    .addOption(configOption())
    .action(async (name: string, options: UserOptions) => (await load()).changeAdmin(name, options));
  user
    .command('list')
    .description('list all accounts')
    .addOption(configOption())
    .action(async (options: UserOptions) => (await load()).listUsers(options));
  user
    .command('remove <name>')
    .description('remove an account whose servers have ended, and what is kept of them')
    .addOption(configOption())
    .action(async (name: string, options: UserOptions) => (await load()).removeUser(name, options));
  user
    .command('hash')
    .description('print the hash of a password, for `users` in the configuration')
    .option(...stdinOption)
    .action(async (options: UserOptions) => (await load()).printHash(options));
}

/** Only these commands load the database. */
const load = () => import('./manage-users.js');

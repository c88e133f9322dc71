import { type Command, InvalidArgumentError, Option } from 'commander';
import { configOption } from './config-option.js';
import type { TokenOptions } from './manage-tokens.js';

/** `juhub token …`: keys for the REST API. */
export function addTokenCommands(program: Command): void {
  const token = program.command('token').description('keys for programs that use the REST API');
  token
    .command('add <name>')
    .description('make a token for a user; it is printed once, on standard output, and cannot be shown again')
    .requiredOption('--label <text>', 'what it is for')
    .option('--days <number>', 'how long it is good for; without this it does not expire', readDays)
    .addOption(
      new Option('--scope <scopes...>', 'what it is good for; without this for everything but the administration'),
    )
    .addOption(configOption())
    .action(async (name: string, options: TokenOptions) => (await load()).addToken(name, options));
  token
    .command('list [name]')
    .description('list the tokens of a user, or all of them')
    .addOption(configOption())
    .action(async (name: string | undefined, options: TokenOptions) => (await load()).listTokens(name, options));
  token
    .command('revoke <id>')
    .description('take a token back: it counts no more from now on')
    .addOption(configOption())
    .action(async (id: string, options: TokenOptions) => (await load()).revokeToken(id, options));
}

/** A hundred years are enough for anything, and still a date. */
const MOST_DAYS = 36_500;

function readDays(text: string): number {
  const days = Number(text);
  if (!/^\d{1,5}$/.test(text) || days < 1 || days > MOST_DAYS) {
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${MOST_DAYS}.`);
  }
  return days;
}

/** Only these commands load the database. */
const load = () => import('./manage-tokens.js');

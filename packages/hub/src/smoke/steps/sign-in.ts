import type { FirstRoom } from '../first-room.js';
import { SmokeFailure } from '../smoke-error.js';

const NEEDED = ['servers', 'read:sites'] as const;

/** The token counts, and is good for starting servers. @returns the name of its user */
export async function signIn({ hub, clock }: FirstRoom): Promise<string> {
  clock.enter('sign-in');
  const { name, scopes, servers } = await hub.user(clock.signal);
  const missing = NEEDED.filter((scope) => !scopes.includes(scope));
  if (missing.length > 0) {
    throw new SmokeFailure(`The token lacks ${missing.join(' and ')}: make one with --scope ${NEEDED.join(' ')}.`);
  }
  const earlier = Object.keys(servers ?? {}).filter((server) => server.startsWith(SERVER_PREFIX));
  clock.note(earlier.length === 0 ? name : `${name}; of another run there is still: ${earlier.join(', ')}`);
  return name;
}

/** What the names of all servers of smoke tests begin with. */
export const SERVER_PREFIX = 'smoke-';

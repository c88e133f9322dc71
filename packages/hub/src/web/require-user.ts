import type { User } from '../auth/accounts.js';
import type { HubContext } from './hub-context.js';
import { WebError } from './web-error.js';

/**
 * The user who is signed in.
 *
 * @throws SignInNeeded, which the shell turns into the sign-in page and, after it, into the page that was asked for
 */
export function requireUser(ctx: HubContext): User {
  if (ctx.state.session === undefined) {
    throw new SignInNeeded();
  }
  return ctx.state.session.user;
}

/** Only somebody who is signed in may have this. */
export class SignInNeeded extends WebError {
  constructor() {
    super(401, 'sign-in-needed', 'Please sign in first.');
    this.name = 'SignInNeeded';
  }
}

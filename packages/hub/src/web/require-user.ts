import type { User } from '../auth/accounts.js';
import type { HubContext } from './hub-context.js';
import { SaidError } from './web-error.js';

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

/**
 * The administrator who is signed in; whether somebody is one is looked up for each request. To everybody else, signed
 * in or not, the answer is that of a page that does not exist, so that nobody learns what there is.
 *
 * @throws the error of a missing page
 */
export function requireAdmin(ctx: HubContext): User {
  const user = ctx.state.session?.user;
  if (user?.admin !== true) {
    return ctx.throw(404);
  }
  return user;
}

/** Only somebody who is signed in may have this. */
export class SignInNeeded extends SaidError {
  constructor() {
    super(401, 'sign-in-needed', 'error.signInNeeded');
    this.name = 'SignInNeeded';
  }
}

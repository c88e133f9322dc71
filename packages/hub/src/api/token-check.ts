import { networkOf } from '@juhub/proxy';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { type ApiScope, type ApiToken, type ApiTokens, mayUse } from '../auth/api-tokens.js';
import { consume } from '../auth/sign-in-limits.js';
import type { HubContext } from '../web/hub-context.js';
import { WebError } from '../web/web-error.js';

/** Wrong tokens that one address may send in a minute. Nobody can guess one: this spares the database and the log. */
const WRONG_PER_MINUTE = 30;

/**
 * Finds out whose token a request carries. Cookies are not looked at: a page of another site, or code in a notebook,
 * which has the hub's origin, can send a browser's cookies along, and can know no token.
 */
export class TokenCheck {
  readonly #wrong = new RateLimiterMemory({ points: WRONG_PER_MINUTE, duration: 60 });

  constructor(private readonly tokens: ApiTokens) {}

  /**
   * The token of a request, when it is good for what the route needs. A right one always counts, however many wrong
   * ones came from its address: nobody can lock others out.
   *
   * @throws WebError 401 or 403, TooManyAttempts
   */
  async admit(ctx: HubContext, access: ApiScope | 'any'): Promise<ApiToken> {
    const secret = /^(?:token|bearer) +(\S+)$/i.exec(ctx.get('Authorization').trim())?.[1];
    if (secret === undefined) {
      throw new WebError(401, 'token-needed', 'This needs a token: `Authorization: Bearer TOKEN`.');
    }
    const token = await this.tokens.find(secret);
    if (token === undefined) {
      await consume(this.#wrong, networkOf(ctx.ip));
      throw new WebError(401, 'token-wrong', 'This token does not count: it is wrong, was taken back or has expired.');
    }
    if (access !== 'any' && !mayUse(token, access)) {
      throw new WebError(403, 'scope-needed', `This needs a token with the scope ${access}.`);
    }
    if (access === 'admin' && !token.user.admin) {
      throw new WebError(403, 'admin-needed', 'This is for administrators of the hub.');
    }
    return token;
  }
}

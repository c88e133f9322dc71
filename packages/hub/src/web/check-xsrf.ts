import { comesFromHub } from '../auth/origin-check.js';
import { checkXsrfToken } from '../auth/xsrf.js';
import type { HubContext, HubStep } from './hub-context.js';
import { readCookies, xsrfCookie } from './hub-cookies.js';
import { readField } from './read-field.js';
import { SaidError } from './web-error.js';

/** The name of the hidden field, and of the header that scripts send instead. */
export const xsrfField = '_xsrf';
export const xsrfHeader = 'X-XSRF-Token';

const safeMethods = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Lets nothing change unless the request comes from a page of the hub (by what the browser says) and carries the token
 * of that page (by what no other page can know).
 *
 * @throws WebError 403
 */
export function checkXsrf(publicUrl: string): HubStep {
  return async (ctx, next) => {
    if (!safeMethods.includes(ctx.method)) {
      const origin = { origin: readHeader(ctx, 'Origin'), fetchSite: readHeader(ctx, 'Sec-Fetch-Site') };
      if (!comesFromHub(origin, publicUrl)) {
        throw new SaidError(403, 'foreign-origin', 'error.foreignOrigin', { url: publicUrl });
      }
      const token = readHeader(ctx, xsrfHeader) ?? readField(ctx, xsrfField);
      if (!checkXsrfToken(token, readXsrfSecret(ctx) ?? '')) {
        throw new SaidError(403, 'xsrf', 'error.xsrf');
      }
    }
    await next();
  };
}

/** The cookie that the tokens of this browser's pages belong to. */
export function readXsrfSecret(ctx: HubContext): string | undefined {
  const cookie = ctx.state.sessionToken ?? readCookies(ctx, xsrfCookie)[0];
  return cookie !== undefined && /^[A-Za-z0-9_-]{43}$/.test(cookie) ? cookie : undefined;
}

function readHeader(ctx: HubContext, name: string): string | undefined {
  const value = ctx.get(name);
  return value === '' ? undefined : value;
}

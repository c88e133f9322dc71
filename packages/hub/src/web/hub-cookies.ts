import type { HubContext } from './hub-context.js';

/** The names of the hub's own cookies; the proxy keeps them from the servers. */
export const sessionCookie = 'juhub-session';
export const xsrfCookie = 'juhub-xsrf';
export const languageCookie = 'juhub-language';

/** All values of a cookie: a browser has one for each path and domain that it was set for (RFC 6265, 5.4). */
export function readCookies(ctx: HubContext, name: string): string[] {
  const pairs = ctx
    .get('Cookie')
    .split(';')
    .map((pair) => pair.trim());
  return pairs.filter((pair) => pair.startsWith(`${name}=`)).map((pair) => pair.slice(name.length + 1));
}

/** The cookie that the proxy's gate reads; it is for the path of its server alone. */
export function gateCookieOf(serverId: string): string {
  return `juhub-gate-${serverId}`;
}

/** What a cookie of the hub is like. */
export interface CookieOptions {
  /** The only paths that it is sent to; those of the hub where none is given. */
  path?: string;
  /** Until the browser is closed where none is given; 0 ends the cookie. */
  maxAgeSeconds?: number;
  /** Only over https. */
  secure: boolean;
}

/**
 * Adds a Set-Cookie (RFC 6265) that scripts can't read and other sites can't send along (Lax). Written here, and not
 * by Koa, because Koa takes the unix socket that the hub listens on for a connection without TLS.
 */
export function setCookie(ctx: HubContext, name: string, value: string, options: CookieOptions): void {
  const { path = '/hub/', maxAgeSeconds, secure } = options;
  const age = maxAgeSeconds === undefined ? '' : `; Max-Age=${Math.floor(maxAgeSeconds)}`;
  ctx.append('Set-Cookie', `${name}=${value}; Path=${path}${age}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`);
}

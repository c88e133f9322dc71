import type { HubStep } from './hub-context.js';
import { readCookies, sessionCookie, setCookie } from './hub-cookies.js';
import type { ShellServices } from './shell-services.js';

/** More cookies of one name than a browser ever has a reason to send. */
const mostCookies = 4;

/**
 * Finds out who is signed in, and gives the cookie a new age when the visit put off the end of the session. A script in
 * a notebook, which has the hub's origin, can add a session cookie of somebody else for a longer or shorter path, and
 * nothing tells which one is ours: where two of them are good, nobody is signed in.
 */
export function loadSession({ auth, config, log }: Pick<ShellServices, 'auth' | 'config' | 'log'>): HubStep {
  const secure = config.public.url.startsWith('https:');
  return async (ctx, next) => {
    const tokens = [...new Set(readCookies(ctx, sessionCookie))].slice(0, mostCookies);
    const found = await Promise.all(tokens.map(async (token) => ({ token, session: await auth.sessions.find(token) })));
    const [first, second] = found.flatMap(({ token, session }) => (session === undefined ? [] : [{ token, session }]));
    if (second !== undefined) {
      log.warn({ users: [first?.session.user.name, second.session.user.name] }, 'A browser sent two sessions at once');
    } else if (first !== undefined) {
      ctx.state.session = first.session;
      ctx.state.sessionToken = first.token;
      if (first.session.renewed) {
        setCookie(ctx, sessionCookie, first.token, { secure, maxAgeSeconds: auth.sessions.lifetimeMs / 1000 });
      }
    }
    await next();
  };
}

import type { HubStep } from './hub-context.js';
import { sessionCookie, setCookie } from './hub-cookies.js';
import type { ShellServices } from './shell-services.js';

/** Finds out who is signed in, and gives the cookie a new age when the visit put off the end of the session. */
export function loadSession({ auth, config }: Pick<ShellServices, 'auth' | 'config'>): HubStep {
  const secure = config.public.url.startsWith('https:');
  return async (ctx, next) => {
    const token = ctx.cookies.get(sessionCookie);
    const session = token === undefined ? undefined : await auth.sessions.find(token);
    if (token !== undefined && session !== undefined) {
      ctx.state.session = session;
      ctx.state.sessionToken = token;
      if (session.renewed) {
        setCookie(ctx, sessionCookie, token, { secure, maxAgeSeconds: auth.sessions.lifetimeMs / 1000 });
      }
    }
    await next();
  };
}

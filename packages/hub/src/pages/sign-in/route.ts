import type { User } from '../../auth/accounts.js';
import { readLocalPath } from '../../auth/local-path.js';
import { TooBusy } from '../../auth/password.js';
import { TooManyAttempts } from '../../auth/sign-in-limits.js';
import type { Say } from '../../messages/say.js';
import { publicPathOf } from '../../spawn/public-path.js';
import type { RegisterPage } from '../../web/create-app.js';
import type { PageContext } from '../../web/hub-context.js';
import { gateCookieOf, sessionCookie, setCookie } from '../../web/hub-cookies.js';
import { readField, readQuery } from '../../web/read-field.js';
import type { Page } from '../../web/render-page.js';
import type { ShellServices } from '../../web/shell-services.js';
import { sayDuration } from '../words/say-duration.js';

/** Signing in with a local account, and out again. */
export const registerSignIn: RegisterPage<ShellServices> = (router, services, renderPage) => {
  router.get('/hub/sign-in', (ctx) => {
    const next = readQuery(ctx, 'next');
    if (ctx.state.session !== undefined) {
      ctx.redirect(readLocalPath(next));
      return;
    }
    renderPage(ctx, describePage(ctx.state.say, { next, signedOut: readQuery(ctx, 'signed-out') === '1' }));
  });

  router.post('/hub/sign-in', async (ctx) => {
    const next = readField(ctx, 'next');
    const name = readField(ctx, 'name').trim();
    const outcome = await trySignIn(services, ctx, name, readField(ctx, 'password'));
    if ('user' in outcome) {
      await beginSession(ctx, services, outcome.user);
      redirectAfterPost(ctx, readLocalPath(next));
      return;
    }
    renderPage(ctx, describePage(ctx.state.say, { next, name, problem: outcome.problem }));
    ctx.status = outcome.status;
    if (outcome.waitSeconds !== undefined) {
      ctx.set('Retry-After', String(outcome.waitSeconds));
    }
  });

  router.post('/hub/sign-out', async (ctx) => {
    const { session, sessionToken } = ctx.state;
    if (session !== undefined && sessionToken !== undefined) {
      await services.auth.sessions.end(sessionToken);
      await closeGates(ctx, services, session.user);
    }
    setCookie(ctx, sessionCookie, '', { secure: isSecure(services), maxAgeSeconds: 0 });
    redirectAfterPost(ctx, '/hub/sign-in?signed-out=1');
  });
};

/** The next person at this browser must not find the way to the servers of the one before. */
async function closeGates(ctx: PageContext, services: ShellServices, user: User): Promise<void> {
  const servers = await services.database.servers.listByUser(user.name);
  for (const server of servers.filter(({ state }) => state !== 'ended')) {
    const options = { path: publicPathOf(server), secure: isSecure(services), maxAgeSeconds: 0 };
    setCookie(ctx, gateCookieOf(server.id), '', options);
  }
}

type Outcome = { user: User } | { status: number; problem: string; waitSeconds?: number };

/** The attempt is counted before the password is looked at; a name that nobody has is refused in the same words. */
async function trySignIn(
  { auth, log }: ShellServices,
  { ip: address, state: { say } }: PageContext,
  name: string,
  password: string,
): Promise<Outcome> {
  try {
    await auth.signInLimits.count(name, address);
    const user = await auth.accounts.check(name, password);
    if (user === undefined) {
      log.warn({ address }, 'Somebody could not sign in');
      return { status: 403, problem: say('signIn.wrong') };
    }
    await auth.signInLimits.forgive(name, address);
    log.info({ user: user.name, address }, 'Signed in');
    return { user };
  } catch (error) {
    if (error instanceof TooManyAttempts) {
      log.warn({ address }, 'Too many attempts to sign in');
      const { waitSeconds } = error;
      return { status: 429, problem: say('signIn.tooMany', { duration: sayDuration(waitSeconds) }), waitSeconds };
    }
    if (error instanceof TooBusy) {
      return { status: 503, problem: say('signIn.tooBusy'), waitSeconds: 5 };
    }
    throw error;
  }
}

/** Always a new session: one that somebody else may know of is never taken over. */
async function beginSession(ctx: PageContext, services: ShellServices, user: User): Promise<void> {
  const { sessions } = services.auth;
  if (ctx.state.sessionToken !== undefined) {
    await sessions.end(ctx.state.sessionToken);
  }
  const token = await sessions.begin(user, ctx.get('User-Agent') || undefined);
  const age = { maxAgeSeconds: sessions.lifetimeMs / 1000 };
  setCookie(ctx, sessionCookie, token, { secure: isSecure(services), ...age });
}

interface SignInView {
  next: string | undefined;
  name?: string;
  problem?: string;
  signedOut?: boolean;
}

function describePage(say: Say, { next, ...data }: SignInView): Page {
  const path = readLocalPath(next);
  return {
    view: 'sign-in',
    title: say('signIn.title'),
    data: { ...data, next: path, hasNext: path !== '/hub/home' },
    styles: ['sign-in/sign-in.css'],
    here: `/hub/sign-in?${new URLSearchParams({ next: path })}`,
    bare: true,
  };
}

/** 303: what follows is asked for with GET, whatever this was (RFC 9110, 15.4.4). */
function redirectAfterPost(ctx: PageContext, path: string): void {
  ctx.redirect(path);
  ctx.status = 303;
}

function isSecure({ config }: ShellServices): boolean {
  return config.public.url.startsWith('https:');
}

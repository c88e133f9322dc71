import { randomBytes } from 'node:crypto';
import { makeXsrfToken } from '../auth/xsrf.js';
import { LANGUAGE_NAMES, LANGUAGES } from '../messages/language.js';
import { listMessages, type Say } from '../messages/say.js';
import type { Assets } from './assets.js';
import { readXsrfSecret } from './check-xsrf.js';
import type { HubContext } from './hub-context.js';
import { setCookie, xsrfCookie } from './hub-cookies.js';
import type { Views } from './views.js';
import { SaidError } from './web-error.js';

/** The pages that the menu leads to. */
export type MenuItem = 'home' | 'start' | 'tokens' | 'admin';

/** A page to show. */
export interface Page {
  /** The name of the view (`home` for `home.hbs`). */
  view: string;
  /** What the window is called, without the name of the hub. */
  title: string;
  data?: object;
  /** Style sheets and scripts (modules) of this page alone, by their names as files: `home/home.css`. */
  styles?: readonly string[];
  scripts?: readonly string[];
  /** The page of the menu that is this one, if any. */
  menu?: MenuItem;
  /** What administrators tell everybody, to be shown above all else (the view `announcement`). */
  notices?: readonly object[];
  /** Where one comes back to after changing the language; the page's own address where none is given. */
  here?: string;
  /** True for a page without the menu around it. */
  bare?: boolean;
  /** True for the view alone, for the page's own script, which puts it in place of what the page shows. */
  isPart?: boolean;
}

/** Answers a request with a page. */
export type RenderPage = (ctx: HubContext, page: Page) => void;

/** Makes the one function that turns pages into answers: the page's view, and the layout around it. */
export function createRenderPage(views: Views, assets: Assets, publicUrl: string): RenderPage {
  const secure = publicUrl.startsWith('https:');
  return (ctx, page) => {
    const { say, session } = ctx.state;
    if (page.isPart) {
      // It holds no token, so it needs no window of its own.
      ctx.type = 'html';
      ctx.body = views.render(page.view, { ...page.data, say });
      return;
    }
    refuseInsidePages(ctx);
    const xsrfToken = makeXsrfToken(findXsrfSecret(ctx, secure));
    const shared = { xsrfToken, say, user: session?.user };
    const body = views.render(page.view, { ...page.data, ...shared });
    const { title, bare = false, menu } = page;
    const links = {
      styles: (page.styles ?? []).map((name) => assets.path(name)),
      scripts: (page.scripts ?? []).map((name) => assets.path(name)),
    };
    ctx.type = 'html';
    ctx.body = views.render('layout', {
      ...shared,
      ...links,
      body,
      title,
      bare,
      notices: page.notices,
      menu: describeMenu(say, menu, session?.user.admin ?? false),
      languages: describeLanguages(say),
      here: page.here ?? ctx.url,
      browserWords: JSON.stringify(listMessages(say.language, 'browser.')),
    });
  };
}

function describeMenu(say: Say, current: MenuItem | undefined, isAdmin: boolean) {
  const items: readonly { name: MenuItem; path: string; label: string }[] = [
    { name: 'home', path: '/hub/home', label: say('shell.myServers') },
    { name: 'start', path: '/hub/start', label: say('shell.start') },
    { name: 'tokens', path: '/hub/tokens', label: say('shell.tokens') },
    ...(isAdmin ? [{ name: 'admin' as const, path: '/hub/admin', label: say('shell.admin') }] : []),
  ];
  return items.map(({ name, path, label }) => ({ path, label, isCurrent: name === current }));
}

/** The languages that one can change to. */
function describeLanguages(say: Say) {
  const others = LANGUAGES.filter((language) => language !== say.language);
  return others.map((language) => ({ code: language, name: LANGUAGE_NAMES[language] }));
}

/**
 * A page holds the token that lets its forms act for the person. It is given to a window or a tab alone, and not to a
 * script or a frame: notebooks live on the same origin, and what a notebook shows may have been written by others.
 * (https://www.w3.org/TR/fetch-metadata/#sec-fetch-dest-header)
 */
export function refuseInsidePages(ctx: HubContext): void {
  const target = ctx.get('Sec-Fetch-Dest');
  if (target !== '' && target !== 'document') {
    throw new SaidError(403, 'not-a-window', 'error.notAWindow');
  }
}

function findXsrfSecret(ctx: HubContext, secure: boolean): string {
  const known = readXsrfSecret(ctx);
  if (known !== undefined) {
    return known;
  }
  const secret = randomBytes(32).toString('base64url');
  setCookie(ctx, xsrfCookie, secret, { secure });
  return secret;
}

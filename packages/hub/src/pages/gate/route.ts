import type { ServerRow } from '../../db/server-row.js';
import type { Say } from '../../messages/say.js';
import type { Services } from '../../services.js';
import { COMING_STATES } from '../../spawn/life.js';
import type { HubRouter, PageContext } from '../../web/hub-context.js';
import { gateCookieOf, setCookie } from '../../web/hub-cookies.js';
import { type RenderPage, refuseInsidePages } from '../../web/render-page.js';
import { requireUser } from '../../web/require-user.js';
import { WebError } from '../../web/web-error.js';
import { tellEnd } from '../words/describe-end.js';
import { progressPathOf, startAgainPathOf } from '../words/page-paths.js';
import { type Notice, showNotice } from '../words/show-notice.js';
import { readNext, type WayToServer } from './read-next.js';

/**
 * `GET /hub/gate?next=/user/…`: the proxy sends a browser here that has no valid gate cookie for the server it wants.
 * The server's owner gets the cookie and goes on; everybody else reads why not.
 */
export function registerGate(
  router: HubRouter,
  services: Pick<Services, 'auth' | 'config' | 'records' | 'servers'>,
  renderPage: RenderPage,
): void {
  const secure = services.config.public.url.startsWith('https:');
  router.get('/hub/gate', async (ctx) => {
    // A script in one server could otherwise fetch its way into another one of the same person.
    refuseInsidePages(ctx);
    const user = requireUser(ctx);
    const way = readNext(ctx.query.next);
    if (way === undefined) {
      showNotice(ctx, renderPage, NO_SUCH_WAY);
      return;
    }
    if (way.userName !== user.name) {
      // The same words whether there is such a server or not: nobody learns what others run.
      showNotice(ctx, renderPage, NOT_YOURS);
      return;
    }
    const row = await services.records.find(user.name, way.serverName);
    if (row?.state === 'ready' && !(await services.servers.checkWay(row))) {
      ctx.set('Refresh', String(RECONNECT_SECONDS));
      showNotice(ctx, renderPage, reconnecting(row));
    } else if (row?.state === 'ready') {
      letPass(ctx, services, { way, row, secure });
    } else if (row !== undefined && (COMING_STATES.includes(row.state) || row.state === 'stopping')) {
      ctx.redirect(progressPathOf(row.name));
    } else {
      showNotice(ctx, renderPage, row === undefined ? noSuchServer(way.serverName) : notRunning(row, ctx.state.say));
    }
  });
  // The proxy sends to the hub whatever has no route: the server has ended, or is not ready yet.
  router.get('/user/*rest', (ctx) => {
    if (ctx.accepts('json', 'html') !== 'html') {
      throw new WebError(503, 'server-not-running', 'This server is not running. Its page in the hub says why.');
    }
    ctx.redirect(`/hub/gate?${new URLSearchParams({ next: ctx.path + ctx.search })}`);
  });
}

function letPass(
  ctx: PageContext,
  { auth }: Pick<Services, 'auth'>,
  { way, row, secure }: { way: WayToServer; row: ServerRow; secure: boolean },
): void {
  const { session } = ctx.state;
  if (session === undefined) {
    return;
  }
  const { expiresAt } = session;
  const token = auth.issueGateToken({ user: row.userName, serverId: row.id, sessionId: session.id, expiresAt });
  const maxAgeSeconds = (expiresAt.getTime() - Date.now()) / 1000;
  setCookie(ctx, gateCookieOf(row.id), token, { path: way.serverPath, maxAgeSeconds, secure });
  ctx.redirect(way.target);
}

/** A page that waits for a way to be opened again looks this often. */
const RECONNECT_SECONDS = 2;

function reconnecting(row: ServerRow): Notice {
  return {
    status: 503,
    title: `The way to ${row.name} is being opened again`,
    lines: ['The server runs. This page goes on by itself in a moment.'],
    links: [{ path: progressPathOf(row.name), label: 'Details', isMain: true }, HOME],
  };
}

const HOME = { path: '/hub/home', label: 'My servers' };

const NO_SUCH_WAY: Notice = {
  status: 404,
  title: 'There is no such server',
  lines: ['The address does not lead to a server. Perhaps a part of it got lost on the way.'],
  links: [{ ...HOME, isMain: true }],
};

const NOT_YOURS: Notice = {
  status: 403,
  title: 'This server belongs to somebody else',
  lines: ['Only its owner can open a server. If you have another account, sign out and sign in with that one.'],
  links: [{ ...HOME, isMain: true }],
};

function noSuchServer(name: string): Notice {
  return {
    status: 404,
    title: `You have no server called ${name}`,
    lines: ['You can start one with this name.'],
    links: [{ path: `/hub/start?${new URLSearchParams({ name })}`, label: 'Start a server', isMain: true }, HOME],
  };
}

function notRunning(row: ServerRow, say: Say): Notice {
  const { text, words } = tellEnd(row, say);
  return {
    status: 404,
    title: `The server ${row.name} is not running`,
    lines: [text, ...(words === undefined ? [] : [words])],
    links: [
      { path: startAgainPathOf(row), label: 'Start it again with the same choices', isMain: true },
      { path: progressPathOf(row.name), label: 'What happened' },
      HOME,
    ],
  };
}

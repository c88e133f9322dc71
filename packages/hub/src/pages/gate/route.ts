import type { ServerRow } from '../../db/server-row.js';
import type { Say } from '../../messages/say.js';
import type { Services } from '../../services.js';
import { COMING_STATES } from '../../spawn/life.js';
import type { HubRouter, PageContext } from '../../web/hub-context.js';
import { gateCookieOf, setCookie } from '../../web/hub-cookies.js';
import { type RenderPage, refuseInsidePages } from '../../web/render-page.js';
import { requireUser } from '../../web/require-user.js';
import { SaidError } from '../../web/web-error.js';
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
    const { say } = ctx.state;
    const way = readNext(ctx.query.next);
    if (way === undefined) {
      showNotice(ctx, renderPage, noSuchWay(say));
      return;
    }
    if (way.userName !== user.name) {
      // The same words whether there is such a server or not: nobody learns what others run.
      showNotice(ctx, renderPage, notYours(say));
      return;
    }
    const row = await services.records.find(user.name, way.serverName);
    if (row?.state === 'ready' && !(await services.servers.checkWay(row))) {
      ctx.set('Refresh', String(RECONNECT_SECONDS));
      showNotice(ctx, renderPage, reconnecting(row, say));
    } else if (row?.state === 'ready') {
      letPass(ctx, services, { way, row, secure });
    } else if (row !== undefined && (COMING_STATES.includes(row.state) || row.state === 'stopping')) {
      ctx.redirect(progressPathOf(row.name));
    } else {
      showNotice(ctx, renderPage, row === undefined ? noSuchServer(way.serverName, say) : notRunning(row, say));
    }
  });
  // The proxy sends to the hub whatever has no route: the server has ended, or is not ready yet.
  router.get('/user/*rest', (ctx) => {
    if (ctx.accepts('json', 'html') !== 'html') {
      throw new SaidError(503, 'server-not-running', 'gate.noRoute');
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

function reconnecting(row: ServerRow, say: Say): Notice {
  return {
    status: 503,
    title: say('gate.reconnecting', { name: row.name }),
    lines: [say('gate.reconnecting.text')],
    links: [{ path: progressPathOf(row.name), label: say('gate.details'), isMain: true }, homeLink(say)],
  };
}

function homeLink(say: Say) {
  return { path: '/hub/home', label: say('shell.myServers') };
}

function noSuchWay(say: Say): Notice {
  return {
    status: 404,
    title: say('gate.noWay'),
    lines: [say('gate.noWay.text')],
    links: [{ ...homeLink(say), isMain: true }],
  };
}

function notYours(say: Say): Notice {
  return {
    status: 403,
    title: say('gate.notYours'),
    lines: [say('gate.notYours.text')],
    links: [{ ...homeLink(say), isMain: true }],
  };
}

function noSuchServer(name: string, say: Say): Notice {
  const path = `/hub/start?${new URLSearchParams({ name })}`;
  return {
    status: 404,
    title: say('gate.none', { name }),
    lines: [say('gate.none.text')],
    links: [{ path, label: say('gate.start'), isMain: true }, homeLink(say)],
  };
}

function notRunning(row: ServerRow, say: Say): Notice {
  const { text, words } = tellEnd(row, say);
  return {
    status: 404,
    title: say('gate.notRunning', { name: row.name }),
    lines: [text, ...(words === undefined ? [] : [words])],
    links: [
      { path: startAgainPathOf(row), label: say('gate.again'), isMain: true },
      { path: progressPathOf(row.name), label: say('gate.whatHappened') },
      homeLink(say),
    ],
  };
}

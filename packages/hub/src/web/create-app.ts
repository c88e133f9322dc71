import { constants } from 'node:zlib';
import bodyParser from '@koa/bodyparser';
import Router from '@koa/router';
import Koa from 'koa';
import compress from 'koa-compress';
import { type Assets, loadAssets } from './assets.js';
import { checkXsrf } from './check-xsrf.js';
import { chooseLanguage } from './choose-language.js';
import { guardAdmin } from './guard-admin.js';
import type { HubRouter, HubState, HubStep } from './hub-context.js';
import { loadSession } from './load-session.js';
import { logRequests } from './log-requests.js';
import { createRenderPage, type RenderPage } from './render-page.js';
import { securityHeaders } from './security-headers.js';
import { serveAssets } from './serve-assets.js';
import type { ShellServices } from './shell-services.js';
import { showErrors } from './show-errors.js';
import { createViews } from './views.js';

/** Puts the routes of one page on the router; each page's `route.ts` has one, and names what it needs of the hub. */
export type RegisterPage<Needed> = (router: HubRouter, services: Needed, renderPage: RenderPage) => void;

/** Makes the step that answers the programs that come with a token, before cookies are looked at. */
export type CreateApi<Needed> = (services: Needed) => HubStep;

/**
 * The hub as an application: what is the same for all requests, and the pages in it. It must be reached through the
 * proxy alone (it listens on a unix socket of this account): the last address in X-Forwarded-For, which the proxy
 * writes, is believed.
 */
export function createApp<Given extends ShellServices>(
  services: Given,
  pages: readonly RegisterPage<Given>[],
  createApi?: CreateApi<Given>,
): Koa<HubState> {
  const { config, log } = services;
  const assets = loadAssets();
  const renderPage = createRenderPage(createViews(assets), assets, config.public.url);
  const app = new Koa<HubState>({ proxy: true, maxIpsCount: 1 });
  app.on('error', (error: Error & { code?: string }) => {
    const hasLeft = LEFT_EARLY.includes(error.code ?? '');
    log[hasLeft ? 'debug' : 'error']({ err: error }, 'An answer could not be sent');
  });
  app.use(logRequests(log));
  app.use(securityHeaders(config.public.url));
  app.use(compress({ filter: isCompressible, br: { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } } }));
  app.use(chooseLanguage);
  app.use(showErrors(renderPage, log));
  app.use(createOpenRouter(services, assets).routes());
  if (createApi !== undefined) {
    app.use(createApi(services));
  }
  app.use(loadSession(services));
  app.use(bodyParser({ enableTypes: ['form', 'json'], formLimit: '256kb', jsonLimit: '256kb' }));
  app.use(checkXsrf(config.public.url));
  app.use(guardAdmin);
  const router: HubRouter = new Router<HubState>();
  for (const register of pages) {
    register(router, services, renderPage);
  }
  app.use(router.routes());
  app.use(router.allowedMethods());
  return app;
}

/** How it shows that a browser went away before the end of an answer: every progress page that is closed does. */
const LEFT_EARLY: readonly string[] = ['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE'];

/** What anybody may ask for: it needs no session, and neither does it wait for one. */
function createOpenRouter({ database }: ShellServices, assets: Assets): HubRouter {
  const router: HubRouter = new Router<HubState>();
  router.get('/hub/static/:version/*name', serveAssets(assets));
  router.get('/hub/health', async (ctx) => {
    await database.ping();
    ctx.body = { status: 'ok' };
  });
  router.get(['/', '/hub', '/hub/'], (ctx) => ctx.redirect('/hub/home'));
  return router;
}

/** Events must reach the browser one by one; a compressor would collect them. */
function isCompressible(type: string): boolean {
  return /^(text\/(?!event-stream)|application\/(json|javascript)|image\/svg)/.test(type);
}

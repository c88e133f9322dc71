import type { Services } from '../../services.js';
import type { HubRouter } from '../../web/hub-context.js';
import type { RenderPage } from '../../web/render-page.js';
import { findOwn } from './find-own.js';
import { lookAtLog } from './log-view.js';

/** `/hub/servers/:name/log`: the end of a server's output and what its job uses, and the same for the page's own code. */
export function registerLog(
  router: HubRouter,
  services: Pick<Services, 'records' | 'insight'>,
  renderPage: RenderPage,
): void {
  router.get('/hub/servers/:name/log', async (ctx) => {
    const view = await lookAtLog(await findOwn(ctx, services), services.insight, ctx.state.say);
    renderPage(ctx, {
      view: 'log',
      title: ctx.state.say('log.title', { name: view.name }),
      styles: ['words/words.css', 'server/server.css'],
      scripts: ['server/log.js'],
      data: view,
    });
  });

  router.get('/hub/servers/:name/log.json', async (ctx) => {
    ctx.body = await lookAtLog(await findOwn(ctx, services), services.insight, ctx.state.say);
  });
}

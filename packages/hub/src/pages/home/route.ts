import type { Services } from '../../services.js';
import type { HubRouter } from '../../web/hub-context.js';
import type { RenderPage } from '../../web/render-page.js';
import { requireUser } from '../../web/require-user.js';
import { describeNotices } from '../words/describe-notices.js';
import { surroundingsInQueue } from '../words/surroundings-of.js';
import { describeHome } from './home-view.js';

/** `GET /hub/home`: the servers of the person. */
export function registerHome(
  router: HubRouter,
  services: Pick<Services, 'records' | 'servers' | 'insight' | 'notices' | 'sites' | 'templates'>,
  renderPage: RenderPage,
): void {
  router.get('/hub/home', async (ctx) => {
    const user = requireUser(ctx);
    const rows = await services.records.listByUser(user.name);
    const view = describeHome(rows, await surroundingsInQueue(services, ctx.state.say, rows));
    renderPage(ctx, {
      view: 'home',
      title: view.warning?.title ?? ctx.state.say('home.title'),
      menu: 'home',
      notices: await describeNotices(services, ctx.state.say),
      styles: ['words/words.css', 'home/home.css'],
      scripts: ['home/home.js'],
      data: view,
    });
  });
}

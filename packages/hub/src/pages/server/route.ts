import type { ServerRow } from '../../db/server-row.js';
import type { Say } from '../../messages/say.js';
import { sayWhy } from '../../say-why.js';
import type { Services } from '../../services.js';
import { publicPathOf } from '../../spawn/public-path.js';
import type { HubRouter, PageContext } from '../../web/hub-context.js';
import { readField, readQuery } from '../../web/read-field.js';
import type { RenderPage } from '../../web/render-page.js';
import { requireUser } from '../../web/require-user.js';
import { StreamLimit } from '../../web/stream-limit.js';
import { WebError } from '../../web/web-error.js';
import { progressPathOf } from '../words/page-paths.js';
import { surroundingsOf } from '../words/surroundings-of.js';
import { describeProgress, type ProgressView } from './progress-view.js';
import { sendProgress } from './send-progress.js';
import type { ProgressSource } from './stream-progress.js';

type ServerServices = Pick<Services, 'records' | 'servers' | 'sites' | 'templates' | 'log'>;

/** `/hub/servers/:name`: the progress of a server, its live events, and how to stop it. */
export function registerServer(router: HubRouter, services: ServerServices, renderPage: RenderPage): void {
  const limit = new StreamLimit();

  router.get('/hub/servers/:name', async (ctx) => {
    const row = await findOwn(ctx, services);
    const opensWhenReady = readQuery(ctx, 'open') === '1';
    if (opensWhenReady && row.state === 'ready') {
      ctx.redirect(publicPathOf(row));
      return;
    }
    const view = await describe(row, services, ctx.state.say);
    renderPage(ctx, {
      view: 'progress',
      title: view.warning?.title ?? `${view.name}: ${view.state.word}`,
      styles: ['words/words.css', 'server/server.css'],
      scripts: ['server/progress.js'],
      data: { ...view, script: row.script, opensWhenReady, opens: opensWhenReady && view.isComing },
    });
  });

  router.get('/hub/servers/:name/events', async (ctx) => {
    const row = await findOwn(ctx, services);
    sendProgress(ctx, sourceOf(row, services, ctx.state.say), limit.take(row.userName));
  });

  router.post('/hub/servers/:name/stop', async (ctx) => {
    const row = await findOwn(ctx, services);
    await services.servers.stop(row.userName, row.name);
    ctx.redirect(readField(ctx, 'from') === 'home' ? '/hub/home' : progressPathOf(row.name));
    ctx.status = 303;
  });
}

/**
 * The person's own server of the name in the path. Those of others are not looked for: to everybody else they do not
 * exist.
 *
 * @throws SignInNeeded, WebError 404
 */
async function findOwn(ctx: PageContext, { records }: ServerServices): Promise<ServerRow> {
  const user = requireUser(ctx);
  const row = await records.find(user.name, ctx.params.name ?? '');
  if (row === undefined) {
    throw new WebError(
      404,
      'no-such-server',
      ctx.state.say('server.none', { name: (ctx.params.name ?? '').slice(0, 40) }),
    );
  }
  return row;
}

async function describe(row: ServerRow, services: ServerServices, say: Say): Promise<ProgressView> {
  return describeProgress(row, await services.records.events(row.id), surroundingsOf(services, say));
}

function sourceOf({ id }: ServerRow, services: ServerServices, say: Say): ProgressSource {
  const { records, log } = services;
  return {
    read: async () => {
      const row = await records.get(id);
      return row === undefined ? undefined : describe(row, services, say);
    },
    onChange: (callback) => records.onChange(id, callback),
    onError: (error) => log.warn({ server: id, why: sayWhy(error) }, 'a progress page could not be kept up to date'),
  };
}

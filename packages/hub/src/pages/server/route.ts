import { pickText } from '@juhub/job-template';
import type { ServerRow } from '../../db/server-row.js';
import type { Say } from '../../messages/say.js';
import { sayWhy } from '../../say-why.js';
import type { Services } from '../../services.js';
import { publicPathOf } from '../../spawn/public-path.js';
import type { HubRouter, PageContext } from '../../web/hub-context.js';
import { readField, readQuery } from '../../web/read-field.js';
import type { RenderPage } from '../../web/render-page.js';
import { sendProgress } from '../../web/send-progress.js';
import { StreamLimit } from '../../web/stream-limit.js';
import type { ProgressSource } from '../../web/stream-progress.js';
import { versionPathOf } from '../admin/templates/template-paths.js';
import { describeNotices } from '../words/describe-notices.js';
import { progressPathOf } from '../words/page-paths.js';
import { surroundingsInQueue } from '../words/surroundings-of.js';
import { findOwn } from './find-own.js';
import { registerLog } from './log-route.js';
import { describeProgress, type ProgressView } from './progress-view.js';

/** How often the page of a job that waits shows its place anew. */
const QUEUE_EVERY_MS = 16_000;

type ServerServices = Pick<Services, 'records' | 'servers' | 'insight' | 'notices' | 'sites' | 'templates' | 'log'>;

/** `/hub/servers/:name`: the progress of a server, its live events, and how to stop it or keep it. */
export function registerServer(router: HubRouter, services: ServerServices, renderPage: RenderPage): void {
  const limit = new StreamLimit();
  registerLog(router, services, renderPage);

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
      title: view.warning?.title ?? view.idle?.title ?? `${view.name}: ${view.state.word}`,
      notices: await describeNotices(services, ctx.state.say),
      styles: ['words/words.css', 'server/server.css'],
      scripts: ['server/progress.js'],
      data: {
        ...view,
        script: await services.records.readScript(row.id),
        madeBy: describeTemplate(row, ctx, services),
        opensWhenReady,
        opens: opensWhenReady && view.isOnItsWay,
      },
    });
  });

  router.get('/hub/servers/:name/events', async (ctx) => {
    const row = await findOwn(ctx, services);
    sendProgress(ctx, sourceOf(row, services, ctx.state.say), limit.take(row.userName));
  });

  router.post('/hub/servers/:name/stop', async (ctx) => {
    const row = await findOwn(ctx, services);
    await services.servers.stop(row.userName, row.name);
    goBack(ctx, row);
  });

  router.post('/hub/servers/:name/keep', async (ctx) => {
    const row = await findOwn(ctx, services);
    await services.servers.keep(row.userName, row.name);
    goBack(ctx, row);
  });
}

/** To the page that the form was on. */
function goBack(ctx: PageContext, row: ServerRow): void {
  ctx.redirect(readField(ctx, 'from') === 'home' ? '/hub/home' : progressPathOf(row.name));
  ctx.status = 303;
}

/** Which version of which template made the script; administrators are led to its text. */
function describeTemplate(row: ServerRow, ctx: PageContext, { templates }: ServerServices) {
  const { say, session } = ctx.state;
  const now = templates().get(row.template);
  return {
    title: now === undefined ? row.template : pickText(now.title, say.language),
    version: row.templateVersion,
    path: session?.user.admin ? versionPathOf(row.template, row.templateVersion) : undefined,
  };
}

async function describe(row: ServerRow, services: ServerServices, say: Say): Promise<ProgressView> {
  const [events, surroundings] = await Promise.all([
    services.records.events(row.id),
    surroundingsInQueue(services, say, [row]),
  ]);
  return describeProgress(row, events, surroundings);
}

function sourceOf({ id }: ServerRow, services: ServerServices, say: Say): ProgressSource {
  const { records, log } = services;
  let isQueued = false;
  return {
    read: async () => {
      const row = await records.get(id);
      isQueued = row?.state === 'queued';
      return row === undefined ? undefined : describe(row, services, say);
    },
    onChange: (callback) => {
      const stop = records.onChange(id, callback);
      // The place in the queue changes with the jobs of others, of which nothing is heard.
      const timer = setInterval(() => isQueued && callback(), QUEUE_EVERY_MS);
      return () => {
        clearInterval(timer);
        stop();
      };
    },
    onError: (error) => log.warn({ server: id, why: sayWhy(error) }, 'a progress page could not be kept up to date'),
  };
}

import { PassThrough } from 'node:stream';
import type { ServerRow } from '../../db/server-row.js';
import { sayWhy } from '../../say-why.js';
import type { Services } from '../../services.js';
import { publicPathOf } from '../../spawn/public-path.js';
import type { HubRouter, PageContext } from '../../web/hub-context.js';
import { readField, readQuery } from '../../web/read-field.js';
import type { RenderPage } from '../../web/render-page.js';
import { requireUser } from '../../web/require-user.js';
import { WebError } from '../../web/web-error.js';
import { progressPathOf } from '../words/page-paths.js';
import { surroundingsOf } from '../words/surroundings-of.js';
import { describeProgress, type ProgressView } from './progress-view.js';
import { streamProgress } from './stream-progress.js';

type ServerServices = Pick<Services, 'records' | 'servers' | 'sites' | 'templates' | 'log'>;

/** One person's pages that follow their servers live; a browser has few, so that more are a fault or an attack. */
const MOST_STREAMS = 40;

/** `/hub/servers/:name`: the progress of a server, its live events, and how to stop it. */
export function registerServer(router: HubRouter, services: ServerServices, renderPage: RenderPage): void {
  const streams = new Map<string, number>();

  router.get('/hub/servers/:name', async (ctx) => {
    const row = await findOwn(ctx, services);
    const opensWhenReady = readQuery(ctx, 'open') === '1';
    if (opensWhenReady && row.state === 'ready') {
      ctx.redirect(publicPathOf(row));
      return;
    }
    const view = await describe(row, services);
    renderPage(ctx, {
      view: 'progress',
      title: `${view.name}: ${view.state.word}`,
      styles: ['words/words.css', 'server/server.css'],
      scripts: ['server/progress.js'],
      data: { ...view, script: row.script, opensWhenReady, opens: opensWhenReady && view.isComing },
    });
  });

  router.get('/hub/servers/:name/events', async (ctx) => {
    const row = await findOwn(ctx, services);
    const open = streams.get(row.userName) ?? 0;
    if (open >= MOST_STREAMS) {
      throw new WebError(429, 'too-many-streams', 'Too many of your pages follow servers. Close some of them.');
    }
    streams.set(row.userName, open + 1);
    ctx.type = 'text/event-stream';
    ctx.set('X-Accel-Buffering', 'no');
    const stream = followServer(row, services).once('close', () => countDown(streams, row.userName));
    // Whatever became of the answer, even when nobody read it (HEAD): with the request the stream is over.
    ctx.res.once('close', () => stream.destroy());
    ctx.body = stream;
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
    throw new WebError(404, 'no-such-server', `You have no server called “${(ctx.params.name ?? '').slice(0, 40)}”.`);
  }
  return row;
}

async function describe(row: ServerRow, services: ServerServices): Promise<ProgressView> {
  return describeProgress(row, await services.records.events(row.id), surroundingsOf(services));
}

function followServer({ id }: ServerRow, services: ServerServices): PassThrough {
  const { records, log } = services;
  const stream = new PassThrough();
  streamProgress(stream, {
    read: async () => {
      const row = await records.get(id);
      return row === undefined ? undefined : describe(row, services);
    },
    onChange: (callback) => records.onChange(id, callback),
    onError: (error) => log.warn({ server: id, why: sayWhy(error) }, 'a progress page could not be kept up to date'),
  });
  return stream;
}

function countDown(streams: Map<string, number>, userName: string): void {
  const open = (streams.get(userName) ?? 1) - 1;
  if (open === 0) {
    streams.delete(userName);
  } else {
    streams.set(userName, open);
  }
}

import type { ServerRow } from '../../db/server-row.js';
import { sayWhy } from '../../say-why.js';
import { sendProgress } from '../../web/send-progress.js';
import { StreamLimit } from '../../web/stream-limit.js';
import type { ProgressSource } from '../../web/stream-progress.js';
import { type ApiRoute, type ApiServices, defineRoute } from '../api-route.js';
import { describeProgress } from '../describe/describe-server.js';
import { progressShape } from '../shapes/server-shape.js';
import { findOwnServer } from './find-own-server.js';

/** The events of a server until it has ended. Each hub counts the streams of its users for itself. */
export function createProgressRoute(): ApiRoute {
  const limit = new StreamLimit();
  return defineRoute({
    method: 'get',
    path: '/users/{name}/servers/{server}/progress',
    id: 'followServer',
    summary: 'Server-sent events, one at once and one after each change, until the server has ended.',
    access: 'read:servers',
    answers: {
      200: {
        description: 'Events named `snapshot`. A stream ends after ten minutes at the latest: come back then.',
        schema: progressShape,
        type: 'text/event-stream',
      },
    },
    errors: [404],
    handle: async (call, services) => {
      const row = await findOwnServer(call, services);
      sendProgress(call.ctx, sourceOf(row, services), limit.take(row.userName));
      return { status: 200, body: call.ctx.body };
    },
  });
}

function sourceOf({ id }: ServerRow, services: ApiServices): ProgressSource {
  const { records, servers, log } = services;
  return {
    read: async () => {
      const row = await records.get(id);
      return row === undefined ? undefined : describeProgress(row, await records.events(id), servers.placeOf(id));
    },
    onChange: (callback) => records.onChange(id, callback),
    onError: (error) => log.warn({ server: id, why: sayWhy(error) }, 'a stream of events had to be ended'),
  };
}

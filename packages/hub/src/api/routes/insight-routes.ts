import { type ApiRoute, defineRoute } from '../api-route.js';
import { describeAsked, describeUsage } from '../describe/describe-insight.js';
import { logShape, placeShape, scriptShape, usageShape } from '../shapes/insight-shape.js';
import { findOwnServer } from './find-own-server.js';

const path = '/users/{name}/servers/{server}';

/** Looking into the job of one's own server. The site is asked at most every few seconds. */
export const insightRoutes: readonly ApiRoute[] = [
  defineRoute({
    method: 'get',
    path: `${path}/log`,
    id: 'getLog',
    summary: 'The end of the server’s output: as it is now, or as it was kept when the server ended.',
    access: 'read:servers',
    answers: { 200: { description: 'The log.', schema: logShape } },
    errors: [404],
    handle: async (call, services) => {
      const row = await findOwnServer(call, services);
      const log = await services.insight.log(row);
      const body = { text: log.value ?? '', isLive: row.state !== 'ended', ...describeAsked(log) };
      return { status: 200, body };
    },
  }),
  defineRoute({
    method: 'get',
    path: `${path}/script`,
    id: 'getScript',
    summary: 'The job script that the server was made with.',
    access: 'read:servers',
    answers: { 200: { description: 'The script, and the template that it was made of.', schema: scriptShape } },
    errors: [404],
    handle: async (call, services) => {
      const { id, template, templateVersion } = await findOwnServer(call, services);
      const script = await services.records.readScript(id);
      return { status: 200, body: { script, template, templateVersion } };
    },
  }),
  defineRoute({
    method: 'get',
    path: `${path}/usage`,
    id: 'getUsage',
    summary: 'What the server’s job has and uses, as far as the site measures it.',
    access: 'read:servers',
    answers: { 200: { description: 'The usage.', schema: usageShape } },
    errors: [404],
    handle: async (call, services) => {
      const row = await findOwnServer(call, services);
      return { status: 200, body: describeUsage(await services.insight.usage(row)) };
    },
  }),
  defineRoute({
    method: 'get',
    path: `${path}/place`,
    id: 'getPlace',
    summary: 'Where the server’s job stands in the queue of its partition.',
    access: 'read:servers',
    answers: { 200: { description: 'The place.', schema: placeShape } },
    errors: [404],
    handle: async (call, services) => {
      const position = await services.insight.position(await findOwnServer(call, services));
      return { status: 200, body: { place: position.value ?? null, ...describeAsked(position) } };
    },
  }),
];

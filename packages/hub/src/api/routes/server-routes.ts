import { WebError } from '../../web/web-error.js';
import { type ApiRoute, defineRoute } from '../api-route.js';
import { apiPathOf, describeServer, describeServerDetail } from '../describe/describe-server.js';
import { serverDetailShape, serverShape } from '../shapes/server-shape.js';
import { startShape, writeChoices } from '../shapes/start-shape.js';
import { findOwnServer, requireSelf } from './find-own-server.js';

const path = '/users/{name}/servers/{server}';

/** Starting, looking at and stopping one's own servers. */
export const serverRoutes: readonly ApiRoute[] = [
  defineRoute({
    method: 'post',
    path,
    id: 'startServer',
    summary: 'Starts a server. It is ready later: see its progress.',
    access: 'servers',
    body: startShape,
    answers: {
      202: { description: 'The server was asked for; `Location` is where it is found.', schema: serverShape },
    },
    errors: [404, 409, 422, 503],
    handle: async (call, { servers }) => {
      requireSelf(call);
      const { site, template, choices } = call.body;
      const row = await servers.start({
        userName: call.token.user.name,
        name: call.parameters.server,
        site,
        template,
        choices: writeChoices(choices),
      });
      return { status: 202, body: describeServer(row, servers.placeOf(row.id)), headers: { Location: apiPathOf(row) } };
    },
  }),
  defineRoute({
    method: 'get',
    path,
    id: 'getServer',
    summary: 'A server with its history: the one that has not ended, else the last one of the name.',
    access: 'read:servers',
    answers: { 200: { description: 'The server.', schema: serverDetailShape } },
    errors: [404],
    handle: async (call, services) => {
      const row = await findOwnServer(call, services);
      const events = await services.records.events(row.id);
      return { status: 200, body: describeServerDetail(row, events, services.servers.placeOf(row.id)) };
    },
  }),
  defineRoute({
    method: 'post',
    path: `${path}/keep`,
    id: 'keepServer',
    summary: 'Says that somebody still works with a server: an activity, for one that is ended when nobody uses it.',
    access: 'servers',
    answers: { 204: { description: 'It counts as used from now on.' } },
    errors: [404, 409],
    handle: async (call, services) => {
      const row = await findOwnServer(call, services);
      if (!(await services.servers.keep(row.userName, row.name))) {
        throw new WebError(409, 'server-not-ready', `The server is not ready; it is ${row.state}.`);
      }
      return { status: 204 };
    },
  }),
  defineRoute({
    method: 'delete',
    path,
    id: 'stopServer',
    summary: 'Stops a server.',
    access: 'servers',
    answers: {
      202: { description: 'It is being stopped; it has ended when its state says so.' },
      204: { description: 'It had ended already.' },
    },
    errors: [404],
    handle: async (call, services) => {
      const row = await findOwnServer(call, services);
      await services.servers.stop(row.userName, row.name);
      return { status: row.state === 'ended' ? 204 : 202 };
    },
  }),
];

import type { ServerRow } from '../../db/server-row.js';
import { askActivity } from '../../pages/admin/servers/ask-activity.js';
import { toQuery } from '../../pages/admin/servers/read-filter.js';
import { WebError } from '../../web/web-error.js';
import { type ApiCall, type ApiRoute, type ApiServices, defineRoute } from '../api-route.js';
import {
  type AdminSurroundings,
  describeAdminServer,
  describeAdminServerDetail,
} from '../describe/describe-admin-server.js';
import { adminServerDetailShape, adminServersShape, serverQueryShape } from '../shapes/admin-server-shape.js';

/** The servers of all users. */
export const adminServerRoutes: readonly ApiRoute[] = [
  defineRoute({
    method: 'get',
    path: '/admin/servers',
    id: 'listAllServers',
    summary: 'The servers of all users.',
    access: 'admin',
    query: serverQueryShape,
    answers: { 200: { description: 'One page of them.', schema: adminServersShape } },
    handle: async ({ query }, services) => {
      const [{ rows, total }, around] = await Promise.all([
        services.records.list(toQuery(query, new Date())),
        askSurroundings(services),
      ]);
      return { status: 200, body: { servers: rows.map((row) => describeAdminServer(row, around)), total } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/admin/servers/{id}',
    id: 'getAnyServer',
    summary: 'A server of anybody, with its history and its job script.',
    access: 'admin',
    answers: { 200: { description: 'The server.', schema: adminServerDetailShape } },
    errors: [404],
    handle: async (call, services) => {
      const row = await findServer(call, services);
      const [events, script, around] = await Promise.all([
        services.records.events(row.id),
        services.records.readScript(row.id),
        askSurroundings(services),
      ]);
      return { status: 200, body: describeAdminServerDetail(row, { events, script }, around) };
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/admin/servers/{id}',
    id: 'stopAnyServer',
    summary: 'Stops a server of anybody.',
    access: 'admin',
    answers: {
      202: { description: 'It is being stopped; it has ended when its state says so.' },
      204: { description: 'It had ended already.' },
    },
    errors: [404],
    handle: async (call, services) => {
      const row = await findServer(call, services);
      await services.servers.stopForAdmin(row.id, call.token.user.name);
      return { status: row.state === 'ended' ? 204 : 202 };
    },
  }),
];

async function askSurroundings(services: ApiServices): Promise<AdminSurroundings> {
  const activity = await askActivity(services);
  return { activity, placeOf: (id) => services.servers.placeOf(id) };
}

/** @throws WebError 404 */
async function findServer({ parameters }: ApiCall, { records }: ApiServices): Promise<ServerRow> {
  const row = await records.get(parameters.id);
  if (row === undefined) {
    throw new WebError(404, 'not-found', 'There is no server of this id.');
  }
  return row;
}

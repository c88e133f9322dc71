import { mayUse } from '../../auth/api-tokens.js';
import { type ApiCall, type ApiRoute, type ApiServices, defineRoute } from '../api-route.js';
import { describeServer } from '../describe/describe-server.js';
import { type UserBody, userShape } from '../shapes/user-shape.js';
import { requireSelf } from './find-own-server.js';

const answers = { 200: { description: 'The user, with the servers that have not ended.', schema: userShape } };

/** Who the caller is. */
export const userRoutes: readonly ApiRoute[] = [
  defineRoute({
    method: 'get',
    path: '/user',
    id: 'getSelf',
    summary: 'The user of the token.',
    access: 'any',
    answers,
    handle: async (call, services) => ({ status: 200, body: await describeUser(call, services) }),
  }),
  defineRoute({
    method: 'get',
    path: '/users/{name}',
    id: 'getUser',
    summary: 'The same by name; of others there is nothing.',
    access: 'any',
    answers,
    errors: [404],
    handle: async (call, services) => {
      requireSelf(call);
      return { status: 200, body: await describeUser(call, services) };
    },
  }),
];

async function describeUser({ token }: ApiCall, { records, servers }: ApiServices): Promise<UserBody> {
  const { name, admin } = token.user;
  const rows = mayUse(token, 'read:servers') ? await records.listByUser(name) : undefined;
  const living = rows
    ?.filter((row) => row.state !== 'ended')
    .map((row) => [row.name, describeServer(row, servers.placeOf(row.id))] as const);
  return {
    kind: 'user',
    name,
    admin,
    scopes: [...token.scopes],
    servers: living === undefined ? null : Object.fromEntries(living),
    mostServers: servers.serversPerUser,
  };
}

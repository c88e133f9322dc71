import type { z } from 'zod';
import { PASS_LIFETIME_MS } from '../../auth/api-tokens.js';
import { publicPathOf } from '../../spawn/public-path.js';
import { gateCookieOf } from '../../web/hub-cookies.js';
import { WebError } from '../../web/web-error.js';
import { defineRoute } from '../api-route.js';
import { writeMoment } from '../describe/write-moment.js';
import { passShape } from '../shapes/pass-shape.js';
import { findOwnServer } from './find-own-server.js';

/** What lets a program through the proxy's gate to its own server, as the cookie does a browser. */
export const passRoute = defineRoute({
  method: 'post',
  path: '/users/{name}/servers/{server}/pass',
  id: 'passGate',
  summary: 'A pass through the gate to a server that is ready; it ends with the token that it was given for.',
  access: 'servers',
  answers: { 200: { description: 'The pass.', schema: passShape } },
  errors: [404, 409, 503],
  handle: async (call, services) => {
    const row = await findOwnServer(call, services);
    if (row.state !== 'ready') {
      throw new WebError(409, 'server-not-ready', `The server is not ready; it is ${row.state}.`);
    }
    if (!(await services.servers.checkWay(row))) {
      throw new WebError(503, 'way-not-open', 'The server runs, and the way to it is being opened again.');
    }
    const latest = Date.now() + PASS_LIFETIME_MS;
    const expiresAt = new Date(Math.min(latest, call.token.expiresAt?.getTime() ?? latest));
    const body: z.infer<typeof passShape> = {
      token: services.auth.issueGateToken({
        user: row.userName,
        serverId: row.id,
        sessionId: call.token.passId,
        expiresAt,
      }),
      cookieName: gateCookieOf(row.id),
      url: publicPathOf(row),
      expiresAt: writeMoment(expiresAt),
    };
    return { status: 200, body };
  },
});

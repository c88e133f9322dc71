import { z } from 'zod';
import { type ApiRoute, defineRoute } from '../api-route.js';
import { healthShape } from '../shapes/health-shape.js';

/** What monitors ask for. */
export const adminStatusRoutes: readonly ApiRoute[] = [
  defineRoute({
    method: 'get',
    path: '/admin/health',
    id: 'getHealth',
    summary: 'What is wrong with the database, the connector, the sites and the proxy, in words.',
    access: 'admin',
    answers: {
      200: { description: 'The hub does its work; something may be hindered.', schema: healthShape },
      503: { description: 'The hub can do nothing of its work.', schema: healthShape },
    },
    handle: async (_call, { status }) => {
      const health = await status.health();
      return { status: health.status === 'failing' ? 503 : 200, body: health };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/admin/metrics',
    id: 'getMetrics',
    summary: "The figures of hub, connector and proxy in Prometheus's text format.",
    access: 'admin',
    answers: { 200: { description: 'The figures.', schema: z.string(), type: 'text/plain' } },
    handle: async (_call, { status }) => ({
      status: 200,
      headers: { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' },
      body: await status.writeMetrics(),
    }),
  }),
];

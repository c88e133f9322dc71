import { z } from 'zod';
import type { ApiRoute, OpenRoute } from '../api-route.js';
import { readVersion } from '../read-version.js';
import { versionShape } from '../shapes/version-shape.js';
import { writeOpenApi } from '../write-open-api.js';

/** What needs no token. @param others all other routes, for the document that describes them */
export function createOpenRoutes(others: readonly ApiRoute[]): OpenRoute[] {
  const routes: OpenRoute[] = [
    {
      method: 'get',
      path: '',
      id: 'getVersion',
      summary: 'The version of this juhub.',
      access: 'open',
      answers: { 200: { description: 'The version.', schema: versionShape } },
      handle: () => ({ status: 200, body: { version: readVersion() } }),
    },
    {
      method: 'get',
      path: '/openapi.json',
      id: 'getDocument',
      summary: 'This document.',
      access: 'open',
      answers: { 200: { description: 'OpenAPI 3.1.', schema: z.looseObject({ openapi: z.literal('3.1.0') }) } },
      handle: ({ config }) => ({ status: 200, body: writeOpenApi([...routes, ...others], config.public.url) }),
    },
  ];
  return routes;
}

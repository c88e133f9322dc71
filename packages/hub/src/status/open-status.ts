import { createServer, type ServerResponse } from 'node:http';
import type { Registry } from 'prom-client';
import { listenPrivately } from '../listen-privately.js';
import { sayWhy } from '../say-why.js';
import type { Trouble } from './trouble.js';

/** What a process tells of itself. */
export interface StatusParts {
  /** Where it tells it: a unix socket for this account alone. */
  readonly socketPath: string;
  readonly registry: Registry;
  readonly findTroubles: () => Promise<readonly Trouble[]>;
}

/**
 * Answers on a unix socket of this account: `/metrics` in Prometheus's text format, `/figures` the same as JSON (for the
 * hub, which puts those of all processes together), and `/health`: 200, or 503 when the process cannot do its work.
 */
export async function openStatus(parts: StatusParts): Promise<{ close(): Promise<void> }> {
  const server = createServer((request, response) => {
    answer(parts, request.url ?? '', response).catch((error: unknown) => {
      send(response, 500, 'text/plain', `${sayWhy(error)}\n`);
    });
  });
  await listenPrivately(server, parts.socketPath);
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer({ registry, findTroubles }: StatusParts, url: string, response: ServerResponse): Promise<void> {
  switch (url.split('?')[0]) {
    case '/metrics':
      return send(response, 200, registry.contentType, await registry.metrics());
    case '/figures':
      return send(response, 200, 'application/json', JSON.stringify(await registry.getMetricsAsJSON()));
    case '/health': {
      const health = describeHealth(await findTroubles());
      return send(response, health.status === 'failing' ? 503 : 200, 'application/json', `${JSON.stringify(health)}\n`);
    }
    default:
      return send(response, 404, 'text/plain', 'There are /health, /metrics and /figures.\n');
  }
}

/** How a process is: `failing` when it cannot do its work, `troubled` when a part of it is hindered. */
export interface Health {
  readonly status: 'ok' | 'troubled' | 'failing';
  readonly troubles: readonly Trouble[];
}

/** Sums troubles up. Pure. */
export function describeHealth(troubles: readonly Trouble[]): Health {
  const isFailing = troubles.some(({ isFatal }) => isFatal);
  return { status: isFailing ? 'failing' : troubles.length === 0 ? 'ok' : 'troubled', troubles };
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type }).end(body);
}

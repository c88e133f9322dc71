import { createServer, type Server } from 'node:http';
import type { Registry } from 'prom-client';
import type { ProxyLogger } from '../proxy-logger.js';
import type { Routes } from '../routes/routes.js';
import { createRegistry } from './create-registry.js';
import type { ProxyMetrics } from './proxy-metrics.js';

/** Answers `GET /metrics` with the counts, and nothing else. */
export function createMetricsServer(metrics: ProxyMetrics, routes: Routes, log: ProxyLogger): Server {
  // Made for the first who asks: from then on the delay of the event loop is watched, which costs something.
  let registry: Registry | undefined;
  return createServer((request, response) => {
    if (request.method !== 'GET' || request.url?.split('?')[0] !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    registry ??= createRegistry(metrics, routes);
    const { contentType } = registry;
    registry.metrics().then(
      (text) => response.writeHead(200, { 'Content-Type': contentType }).end(text),
      (cause: Error) => {
        log.error({ cause: cause.message }, 'The metrics cannot be gathered');
        response.writeHead(500).end();
      },
    );
  });
}

import { createServer, type Server } from 'node:http';
import type { Routes } from '../routes/routes.js';
import type { ProxyMetrics } from './proxy-metrics.js';

/** Answers `GET /metrics` with the counts, and nothing else. */
export function createMetricsServer(metrics: ProxyMetrics, routes: Routes): Server {
  return createServer((request, response) => {
    if (request.method !== 'GET' || request.url?.split('?')[0] !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' });
    response.end(metrics.render(routes.size));
  });
}

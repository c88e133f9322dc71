import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Routes } from '../routes/routes.js';
import type { ProxyMetrics } from './proxy-metrics.js';

/**
 * What Prometheus is told: the counts of the proxy under the names that configurable-http-proxy gives them, and like
 * there those of the process (`process_…`, `nodejs_…`).
 */
export function createRegistry(metrics: ProxyMetrics, routes: Routes): Registry {
  const registry = new Registry();
  const addCounter = (name: string, help: string, read: () => number): void =>
    addCounters(registry, name, help, undefined, () => [['', read()]]);
  addCounter('api_route_get', 'Count of API route get requests', () => metrics.routeCalls.get);
  addCounter('api_route_add', 'Count of API route add requests', () => metrics.routeCalls.add);
  addCounter('api_route_delete', 'Count of API route delete requests', () => metrics.routeCalls.delete);
  addCounter('requests_web', 'Count of web requests', () => metrics.webRequests);
  addCounter('requests_ws', 'Count of WebSocket requests', () => metrics.webSocketRequests);
  addCounters(registry, 'requests_proxy', 'Count of answers by status', 'status', () => metrics.answers);
  addCounters(registry, 'requests_api', 'Count of answers of the API by status', 'status', () => metrics.apiAnswers);
  addCounters(
    registry,
    'connections_refused',
    'Count of connections beyond a limit: of all, or of one client',
    'limit',
    () => Object.entries(metrics.refusedConnections),
  );
  addCounters(
    registry,
    'http2_bad_ends',
    'Count of connections of HTTP/2 that did not end as they should, by the reason',
    'why',
    () => Object.entries(metrics.http2BadEnds),
  );
  new Gauge({
    name: 'routes',
    help: 'How many routes there are',
    registers: [registry],
    collect() {
      this.set(routes.size);
    },
  });
  collectDefaultMetrics({ register: registry });
  return registry;
}

/** A counter that is read when somebody looks; with a label, one for each of its values. */
function addCounters(
  registry: Registry,
  name: string,
  help: string,
  label: string | undefined,
  read: () => Iterable<readonly [value: string | number, count: number]>,
): void {
  new Counter({
    name,
    help,
    labelNames: label === undefined ? [] : [label],
    registers: [registry],
    collect() {
      this.reset();
      for (const [value, count] of read()) this.inc(label === undefined ? {} : { [label]: value }, count);
    },
  });
}

import type { IncomingMessage } from 'node:http';

/** The counts of a proxy since its start, under the names that configurable-http-proxy gives them. */
export class ProxyMetrics {
  /** Requests, and WebSocket handshakes, that came to the public side. */
  webRequests = 0;
  webSocketRequests = 0;
  /** Calls of the admin API that did what was asked. */
  readonly routeCalls = { get: 0, add: 0, delete: 0 };
  /** Connections that were one too many, by the limit. */
  readonly refusedConnections = { connections: 0, client: 0 };
  /** Connections of HTTP/2 that did not end as they should; see `BadEnd`. */
  readonly http2BadEnds = { protocol: 0, nuisance: 0, silent: 0, complaint: 0 };
  readonly #answers = new Map<number, number>();

  /** An answer of a target, or the proxy's own error. */
  countAnswer(status: number): void {
    this.#answers.set(status, (this.#answers.get(status) ?? 0) + 1);
  }

  /** Counts the call when its answer is known to have been a good one. */
  countRouteCall(method: IncomingMessage['method']): void {
    if (method === 'GET') this.routeCalls.get += 1;
    else if (method === 'POST') this.routeCalls.add += 1;
    else if (method === 'DELETE') this.routeCalls.delete += 1;
  }

  /** In Prometheus' text format (version 0.0.4); `routes` is how many there are now. */
  render(routes: number): string {
    const { get, add, delete: deleted } = this.routeCalls;
    const byStatus = [...this.#answers].sort(([left], [right]) => left - right);
    const cpuSeconds = process.cpuUsage();
    return [
      describe('api_route_get', 'counter', 'Count of API route get requests', get),
      describe('api_route_add', 'counter', 'Count of API route add requests', add),
      describe('api_route_delete', 'counter', 'Count of API route delete requests', deleted),
      describe('requests_web', 'counter', 'Count of web requests', this.webRequests),
      describe('requests_ws', 'counter', 'Count of WebSocket requests', this.webSocketRequests),
      '# HELP requests_proxy Count of answers by status\n# TYPE requests_proxy counter\n',
      ...byStatus.map(([status, count]) => `requests_proxy{status="${status}"} ${count}\n`),
      '# HELP connections_refused Count of connections beyond a limit: of all, or of one client\n',
      '# TYPE connections_refused counter\n',
      ...Object.entries(this.refusedConnections).map(
        ([limit, count]) => `connections_refused{limit="${limit}"} ${count}\n`,
      ),
      '# HELP http2_bad_ends Count of connections of HTTP/2 that did not end as they should, by the reason\n',
      '# TYPE http2_bad_ends counter\n',
      ...Object.entries(this.http2BadEnds).map(([why, count]) => `http2_bad_ends{why="${why}"} ${count}\n`),
      describe('routes', 'gauge', 'How many routes there are', routes),
      describe(
        'process_cpu_seconds_total',
        'counter',
        'Processor time spent, in seconds',
        (cpuSeconds.user + cpuSeconds.system) / 1e6,
      ),
      describe('process_resident_memory_bytes', 'gauge', 'Resident memory in bytes', process.memoryUsage.rss()),
    ].join('');
  }
}

function describe(name: string, type: 'counter' | 'gauge', help: string, value: number): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${name} ${value}\n`;
}

import type { IncomingMessage } from 'node:http';

/** The counts of a proxy since its start. Plain numbers, because they are on the way of each request. */
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
  /** Answers of targets, and the proxy's own errors, by status. */
  readonly answers = new Map<number, number>();
  /** Answers of the admin API, by status. */
  readonly apiAnswers = new Map<number, number>();

  /** An answer of a target, or the proxy's own error. */
  countAnswer(status: number): void {
    countOne(this.answers, status);
  }

  /** An answer of the admin API, good or bad. */
  countApiAnswer(status: number): void {
    countOne(this.apiAnswers, status);
  }

  /** Counts the call when its answer is known to have been a good one. */
  countRouteCall(method: IncomingMessage['method']): void {
    if (method === 'GET') this.routeCalls.get += 1;
    else if (method === 'POST') this.routeCalls.add += 1;
    else if (method === 'DELETE') this.routeCalls.delete += 1;
  }
}

function countOne(counts: Map<number, number>, status: number): void {
  counts.set(status, (counts.get(status) ?? 0) + 1);
}

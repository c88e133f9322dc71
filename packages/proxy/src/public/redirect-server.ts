import { createServer, type Server } from 'node:http';
import type { ProxyTimeouts } from '../timeouts.js';
import type { ConnectionLimits } from './connection-limits.js';

/** Where a redirect leads: to one origin whatever was asked for, or to the name that was asked for, on this port. */
export type RedirectGoal = { origin: string } | { httpsPort: number };

interface RedirectServerOptions {
  timeouts: ProxyTimeouts;
  connectionLimits: ConnectionLimits;
}

/** Sends whatever is asked over http to the same path over https (301). A connection is good for one answer. */
export function createRedirectServer(
  goal: RedirectGoal,
  { timeouts, connectionLimits }: RedirectServerOptions,
): Server {
  const { headersMs } = timeouts;
  const settings = {
    requireHostHeader: false,
    headersTimeout: headersMs,
    requestTimeout: headersMs,
    connectionsCheckingInterval: Math.min(5_000, headersMs),
  };
  const server = createServer(settings, ({ headers, url }, response) => {
    response.setHeader('Connection', 'close');
    const origin = findOrigin(goal, headers.host);
    if (origin === undefined || url?.startsWith('/') !== true) response.writeHead(400).end();
    else response.writeHead(301, { Location: `${origin}${url}` }).end();
  });
  connectionLimits.guard(server);
  return server;
}

function findOrigin(goal: RedirectGoal, asked = ''): string | undefined {
  if ('origin' in goal) return goal.origin;
  const host = /^([A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?$/.exec(asked)?.[1];
  if (host === undefined) return undefined;
  return goal.httpsPort === 443 ? `https://${host}` : `https://${host}:${goal.httpsPort}`;
}

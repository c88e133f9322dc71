import { isIP } from 'node:net';

/** Where a server listens, as its job announced it. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  /** How often the scheduler had restarted the job when this was written; a requeued job announces anew. */
  readonly restart: number;
}

/**
 * Reads the announcement that a job left. Its writer is a user: only a plain host name or address and a port pass.
 *
 * @returns undefined for anything else, half-written or made up
 */
export function parseEndpoint(text: string): Endpoint | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) {
    return undefined;
  }
  const { host, port, restart } = value as Record<string, unknown>;
  const isHost = typeof host === 'string' && (isIP(host) !== 0 || /^[a-z0-9]([a-z0-9.-]{0,252}[a-z0-9])?$/i.test(host));
  if (!isHost || typeof port !== 'number' || !Number.isInteger(port) || port < 1024 || port > 65535) {
    return undefined;
  }
  return { host, port, restart: typeof restart === 'number' && Number.isInteger(restart) ? restart : 0 };
}

/**
 * Whether an announced host is one of the job's own nodes. A user who announces another host would have the hub tunnel
 * to it. Sites name a node's fast network `node.domain` or with the letter i behind the node's name.
 */
export function isHostOfJob(host: string, nodes: readonly string[]): boolean {
  return nodes.some((node) => host === node || host === `${node}i` || host.startsWith(`${node}.`));
}

import { type IncomingMessage, request } from 'node:http';
import { ConnectorError, type ConnectorErrorJson, readMessage } from '../connector-error.js';
import type { CheckReport, CommandResult, ConnectionStatus } from '../transport/transport.js';
import type { Endpoint, TunnelStatus } from '../tunnel/tunnel.js';
import type { CheckRequest, CommandRequest, ConnectorHealth } from './api-shapes.js';

interface Call {
  method: 'DELETE' | 'GET' | 'POST' | 'PUT';
  path: string;
  body?: unknown;
  signal?: AbortSignal | undefined;
}

/**
 * Speaks to the connector over its unix socket. Every method rejects with a `ConnectorError`; `connector-away` means
 * that the connector itself did not answer.
 */
export class ConnectorClient {
  readonly #socketPath: string;

  constructor({ socketPath }: { socketPath: string }) {
    this.#socketPath = socketPath;
  }

  /**
   * Runs a command as an account of a site. Resolves for any exit code; aborting the signal ends the command.
   * @throws ConnectorError when it could not be asked, did not end in time, or was killed by a signal
   */
  run({
    signal,
    argv,
    ...rest
  }: Omit<CommandRequest, 'argv'> & {
    argv: readonly string[];
    signal?: AbortSignal | undefined;
  }): Promise<CommandResult> {
    return this.#call<CommandResult>({ method: 'POST', path: '/commands', body: { argv, ...rest }, signal });
  }

  /** Opens a tunnel, or leads the one of that name to another endpoint: the same socket path either way. */
  openTunnel({ name, ...endpoint }: Endpoint & { name: string }): Promise<TunnelStatus> {
    return this.#call({ method: 'PUT', path: `/tunnels/${encodeURIComponent(name)}`, body: endpoint });
  }

  /**
   * Ends a tunnel and every connection through it.
   * @throws ConnectorError `unknown-tunnel` when there is none
   */
  closeTunnel(name: string): Promise<void> {
    return this.#call({ method: 'DELETE', path: `/tunnels/${encodeURIComponent(name)}` });
  }

  /** @throws ConnectorError `unknown-tunnel` when there is none */
  readTunnel(name: string): Promise<TunnelStatus> {
    return this.#call({ method: 'GET', path: `/tunnels/${encodeURIComponent(name)}` });
  }

  listTunnels(): Promise<TunnelStatus[]> {
    return this.#call({ method: 'GET', path: '/tunnels' });
  }

  listConnections(): Promise<ConnectionStatus[]> {
    return this.#call({ method: 'GET', path: '/connections' });
  }

  /** Walks the way in to a site step by step; resolves whatever it finds. */
  check(identity: CheckRequest, signal?: AbortSignal): Promise<CheckReport> {
    return this.#call({ method: 'POST', path: '/checks', body: identity, signal });
  }

  health(): Promise<ConnectorHealth> {
    return this.#call({ method: 'GET', path: '/health' });
  }

  // A connection a request: a kept one may be closed by the other side just when a command goes out on it, and then
  // nobody knows whether the command ran. On a unix socket a new one costs a few microseconds.
  async #call<T>({ method, path, body, signal }: Call): Promise<T> {
    const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    try {
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        const headers = payload && { 'content-type': 'application/json', 'content-length': payload.length };
        const options = { socketPath: this.#socketPath, method, path, headers, agent: false as const };
        request({ ...options, ...(signal && { signal }) }, resolve)
          .on('error', reject)
          .end(payload);
      });
      return readAnswer<T>(response.statusCode ?? 0, await readText(response));
    } catch (error) {
      throw this.#explain(error, signal);
    }
  }

  #explain(error: unknown, signal: AbortSignal | undefined): ConnectorError {
    if (error instanceof ConnectorError) return error;
    if (signal?.aborted) return new ConnectorError('stopped', 'The request was taken back.', { cause: signal.reason });
    const message = `The connector does not answer on ${this.#socketPath} (${readMessage(error)}). Is it running?`;
    return new ConnectorError('connector-away', message, { cause: error });
  }
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function readAnswer<T>(status: number, text: string): T {
  const value: unknown = text === '' ? undefined : JSON.parse(text);
  if (status < 300) return value as T;
  throw ConnectorError.fromWire((value as { error: ConnectorErrorJson }).error);
}

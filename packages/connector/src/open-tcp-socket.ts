import { connect, type Socket } from 'node:net';
import { ConnectorError, readMessage } from './connector-error.js';

/** Where to connect, and for how long to try. */
export interface TcpTarget {
  host: string;
  port: number;
  timeoutMs: number;
  /** Whether the far side may close its half while ours goes on. */
  allowHalfOpen: boolean;
  signal: AbortSignal;
}

/**
 * Opens a TCP connection that sends small packets at once (TCP_NODELAY). Nobody listens to
 * its errors yet when it is handed over.
 * @throws ConnectorError `refused` when the port answers that nobody listens, `unreachable` when the name is unknown or
 *   nothing answers, or the reason of the signal
 */
export function openTcpSocket(target: TcpTarget): Promise<Socket> {
  const { host, port, timeoutMs, allowHalfOpen, signal } = target;
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true, allowHalfOpen });
    const fail = (error: unknown) => {
      settle();
      // Whatever still comes from a socket that was given up concerns nobody.
      socket.on('error', () => {});
      socket.destroy();
      reject(error);
    };
    const abort = () => fail(signal.reason);
    const explain = (error: Error) => fail(explainFailure(target, error));
    const timer = setTimeout(() => explain(new Error(`no answer within ${timeoutMs / 1000} s`)), timeoutMs);
    const settle = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      socket.removeListener('error', explain);
    };
    socket.once('error', explain);
    socket.once('connect', () => {
      settle();
      resolve(socket);
    });
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}

function explainFailure({ host, port }: TcpTarget, error: NodeJS.ErrnoException): ConnectorError {
  if (error.code === 'ECONNREFUSED') {
    return new ConnectorError('refused', `${host}:${port} refuses connections: nothing listens there.`, {
      cause: error,
    });
  }
  if (error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN') {
    return new ConnectorError('unreachable', `The name ${host} cannot be resolved (${error.code}).`, { cause: error });
  }
  return new ConnectorError('unreachable', `${host}:${port} cannot be reached: ${readMessage(error)}`, {
    cause: error,
  });
}

import { connect, type OnReadOpts, type Socket } from 'node:net';
import { ConnectorError, readMessage } from './connector-error.js';

/** Where to connect, and for how long to try. */
export interface TcpTarget {
  host: string;
  port: number;
  timeoutMs: number;
  /** Whether the far side may close its half while ours goes on. */
  allowHalfOpen: boolean;
  /** How it reads, if not as every socket does. */
  read?: (getSocket: () => Socket) => OnReadOpts;
  signal: AbortSignal;
}

/**
 * While an attempt has no answer another one is begun so often: the pauses between the kernel's own repetitions double
 * (1, 2, 4 s …), and a network that comes back should not wait for the end of one.
 */
const ANOTHER_ATTEMPT_MS = 1500;

/**
 * Opens a TCP connection that sends small packets at once (TCP_NODELAY). Nobody listens to
 * its errors yet when it is handed over.
 * @throws ConnectorError `refused` when the port answers that nobody listens, `unreachable` when the name is unknown or
 *   nothing answers, or the reason of the signal
 */
export function openTcpSocket(target: TcpTarget): Promise<Socket> {
  const { host, port, timeoutMs, allowHalfOpen, read, signal } = target;
  return new Promise((resolve, reject) => {
    const attempts = new Set<Socket>();
    const settle = (winner?: Socket) => {
      clearTimeout(timer);
      clearInterval(again);
      signal.removeEventListener('abort', abort);
      for (const socket of attempts) {
        socket.removeListener('error', explain);
        if (socket !== winner) {
          // Whatever still comes from a socket that was given up concerns nobody.
          socket.on('error', () => {});
          socket.destroy();
        }
      }
    };
    const fail = (error: unknown) => {
      settle();
      reject(error);
    };
    const abort = () => fail(signal.reason);
    const explain = (error: Error) => fail(explainFailure(target, error));
    const attempt = () => {
      const onread = read && { onread: read(() => socket) };
      const socket: Socket = connect({ host, port, noDelay: true, allowHalfOpen, ...onread });
      attempts.add(socket);
      socket.once('error', explain);
      socket.once('connect', () => {
        if (!socket.destroyed) {
          settle(socket);
          resolve(socket);
        }
      });
    };
    const timer = setTimeout(() => explain(new Error(`no answer within ${timeoutMs / 1000} s`)), timeoutMs);
    const again = setInterval(attempt, ANOTHER_ATTEMPT_MS);
    if (signal.aborted) {
      abort();
    } else {
      signal.addEventListener('abort', abort, { once: true });
      attempt();
    }
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

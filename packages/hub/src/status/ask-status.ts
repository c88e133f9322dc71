import http from 'node:http';
import { json } from 'node:stream/consumers';

const WITHIN_MS = 3_000;

/**
 * Asks a process on its status socket.
 *
 * @throws Error when it does not answer in time
 */
export async function askStatus<Answer>(socketPath: string, path: '/figures' | '/health'): Promise<Answer> {
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    const signal = AbortSignal.timeout(WITHIN_MS);
    http.get({ socketPath, path, agent: false, signal }, resolve).once('error', reject);
  });
  return (await json(response)) as Answer;
}
